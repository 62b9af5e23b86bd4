// One EventSource a page, closed while nobody looks at it: a browser allows six connections to a site over HTTP/1.1,
// and a hidden tab has no use for its own. On the way back it says what it saw last, so no log line is sent twice.
class LiveSource extends EventTarget {
  #url
  #source
  #lastId = ""
  #names = new Set()
  #waited = 0
  #timer

  constructor(url) {
    super()
    this.#url = new URL(url, location.href)
    document.addEventListener("visibilitychange", this.#follow)
    this.#follow()
  }

  get readyState() {
    return this.#source?.readyState ?? EventSource.CONNECTING
  }

  addEventListener(name, listener) {
    super.addEventListener(name, listener)
    this.#names.add(name)
    this.#source?.addEventListener(name, this.#pass)
  }

  close() {
    document.removeEventListener("visibilitychange", this.#follow)
    this.#stop()
  }

  #follow = () => (document.hidden ? this.#stop() : this.#start())

  #pass = (event) => {
    if (event.lastEventId) this.#lastId = event.lastEventId
    this.dispatchEvent(new MessageEvent(event.type, { data: event.data, lastEventId: event.lastEventId }))
  }

  #start() {
    if (this.#source) return
    if (this.#lastId) this.#url.searchParams.set("after", this.#lastId)
    this.#source = new EventSource(this.#url)
    for (const name of this.#names) this.#source.addEventListener(name, this.#pass)
    this.#source.onopen = () => {
      this.#waited = 0
      document.documentElement.dataset.live = "open"
      this.onopen?.()
    }
    this.#source.onerror = () => this.#retry()
  }

  // The browser gives up for good on any answer but 200 (a restart behind a load balancer): start anew, ever more patiently.
  #retry() {
    document.documentElement.dataset.live = "lost"
    this.#stop()
    this.#waited = Math.min(Math.max(this.#waited * 2, 500), 15000)
    this.#timer = setTimeout(this.#follow, this.#waited)
  }

  #stop() {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }
}

htmx.createEventSource = (url) => new LiveSource(url)

// A log keeps its newest lines only; the link above it leads to all of them.
const mostLines = 1000
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const lines = event.detail.target
  if (!lines.matches?.("ol[data-lines]")) return
  while (lines.childElementCount > mostLines) lines.firstElementChild.remove()
})
