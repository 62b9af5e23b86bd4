// Two services of one pod: a page, and the API that it calls from its own origin with cookies and a header that asks for a preflight.
import { createServer } from 'node:http';

const preflights = [];

createServer((request, response) => {
  if (process.env.SERVICE !== 'api') {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>front</title><h1>front end</h1>');
    return;
  }
  // Whoever the request says it comes from may read the answer: what keeps strangers out is not this app.
  const cors = { 'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'x-app', vary: 'origin' };
  if (request.method === 'OPTIONS') {
    preflights.push(`${request.headers['access-control-request-method']} ${request.headers['access-control-request-headers']}`);
    response.writeHead(204, { ...cors, 'access-control-allow-methods': 'GET, PUT', 'access-control-allow-headers': 'x-own, content-type' });
    response.end();
    return;
  }
  response.writeHead(200, { ...cors, 'content-type': 'application/json', 'set-cookie': 'app=own; Path=/; HttpOnly', 'x-app': 'answered' });
  response.end(JSON.stringify({ method: request.method, user: request.headers['x-pinacle-user'], token: request.headers['x-pinacle-token']?.split('.').length, own: request.headers['x-own'], cookie: request.headers.cookie, origin: request.headers.origin, preflights: preflights.splice(0) }));
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
