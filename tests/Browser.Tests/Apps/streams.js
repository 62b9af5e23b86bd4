// A service without packages: a page, a stream of events to which /say adds, a WebSocket that echoes, and large bodies both ways.
const crypto = require("crypto");
const listeners = new Set();
const block = Buffer.alloc(65536, "the quick brown fox jumps over the lazy dog\n");

function source(url, response) {
  let left = Number(url.searchParams.get("bytes"));
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": left });
  const more = () => {
    while (left > 0) {
      const piece = block.subarray(0, Math.min(left, block.length));
      left -= piece.length;
      if (!response.write(piece)) return response.once("drain", more);
    }
    response.end();
  };
  more();
}

function sink(request, response) {
  const hash = crypto.createHash("sha256");
  let bytes = 0;
  request.on("data", (piece) => { bytes += piece.length; hash.update(piece); });
  request.on("end", () => response.end(JSON.stringify({ bytes, hash: hash.digest("hex") })));
  request.on("close", () => { if (!request.complete) aborted++; });
}

let aborted = 0;
const server = require("http").createServer((request, response) => {
  const url = new URL(request.url, "http://pod");
  if (url.pathname === "/source") return source(url, response.on("close", () => { if (!response.writableFinished) aborted++; }));
  if (url.pathname === "/sink") return sink(request, response);
  if (url.pathname === "/aborted") return response.end(String(aborted));
  if (url.pathname === "/say") {
    listeners.forEach((listener) => listener.write(`data: ${url.searchParams.get("text")}\n\n`));
    return response.end("said");
  }
  if (url.pathname === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("data: begin\n\n");
    listeners.add(response);
    return response.on("close", () => listeners.delete(response));
  }
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<!doctype html><title>Streams</title><h1>Streams</h1>");
});

server.on("upgrade", (request, socket, head) => {
  const accept = crypto.createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  let buffer = head;
  const answer = () => {
    while (buffer.length >= 6) {
      let length = buffer[1] & 127, mask = 2;
      if (length === 126) [length, mask] = [buffer.length < 8 ? Infinity : buffer.readUInt16BE(2), 4];
      if (buffer.length < mask + 4 + length) return;
      const text = Buffer.from(buffer.subarray(mask + 4, mask + 4 + length));
      for (let n = 0; n < length; n++) text[n] ^= buffer[mask + (n & 3)];
      const kind = buffer[0] & 15;
      buffer = buffer.subarray(mask + 4 + length);
      if (kind === 8) return socket.end(Buffer.from([0x88, 0]));
      socket.write(Buffer.concat([length < 126 ? Buffer.from([0x80 | kind, length]) : Buffer.from([0x80 | kind, 126, length >> 8, length & 255]), text]));
    }
  };
  socket.on("error", () => {}).on("data", (piece) => { buffer = Buffer.concat([buffer, piece]); answer(); });
  answer();
});

server.listen(8000, "127.0.0.1");
