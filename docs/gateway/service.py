"""A service that is not protected itself: it answers with what it is told of a request."""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Its log is not looked at."""

    def log_message(self, *_):
        pass


def read(environ):
    """All of the content, before there is an answer: a proxy that is still sending could not read that."""
    source = environ["wsgi.input"]
    if "HTTP_TRANSFER_ENCODING" not in environ:
        return source.read(int(environ.get("CONTENT_LENGTH") or 0))
    # WSGI leaves chunks to the application.
    content = b""
    while size := int(source.readline().split(b";")[0], 16):
        content += source.read(size)
        source.readline()
    while source.readline().strip():
        pass
    return content


def answer(environ, start_response):
    content = read(environ)
    told = {
        # As WSGI names it: dashes and underscores are one, and fields of the same name are joined.
        "caller": environ.get("HTTP_WIMSE_CALLER"),
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ["QUERY_STRING"],
        "content": content.decode("latin-1"),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    make_server(host, int(port), answer, handler_class=Quiet).serve_forever()
