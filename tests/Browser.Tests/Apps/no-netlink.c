// Preloaded into the tests' Chromium: it hears of no network that changes. Other tests beside make and remove interfaces all the time, and at each
// new address Chromium breaks every connection it has (ERR_NETWORK_CHANGED), as it should on a laptop that changes its network.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol) {
    static int (*real)(int, int, int);
    if (domain == AF_NETLINK) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (!real) real = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
    return real(domain, type, protocol);
}
