// Mutual TLS with Node's own `tls`, as a server or a client on loopback. The arguments are those of a program, not lines
// of JSON:
//
//   serve ADDRESS PORT CA CHAIN KEY                 asks for a client certificate, and answers every request with its
//                                                   serial number
//   call ADDRESS PORT NAME CA [CHAIN KEY]           sends what comes on standard input to the server with that DNS name,
//                                                   and writes what comes back
//
// CA, CHAIN and KEY are PEM files. What fails ends a call with status 1 and the cause on standard error.
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:tls";

const read = (path) => path && readFileSync(path);

function serve([host, port, ca, cert, key]) {
  const options = { ca: read(ca), cert: read(cert), key: read(key), requestCert: true, rejectUnauthorized: true };
  const server = createServer(options, (socket) => {
    socket.on("error", (error) => console.error(String(error)));
    socket.once("data", () => {
      const body = `serial ${socket.getPeerCertificate().serialNumber}\n`;
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    });
  });
  server.on("tlsClientError", (error) => console.error(String(error)));
  server.listen({ host, port });
}

function call([host, port, servername, ca, cert, key]) {
  const socket = connect({ host, port, servername, ca: read(ca), cert: read(cert), key: read(key) });
  socket.on("error", (error) => {
    console.error(String(error));
    process.exit(1);
  });
  socket.on("close", () => process.exit(0));
  process.stdin.pipe(socket, { end: false });
  socket.pipe(process.stdout);
}

const [operation, ...terms] = process.argv.slice(2);
({ serve, call })[operation](terms);
