"""ClickHouse's HTTP interface on loopback, as far as the tests need it, in front of chDB, which is handed each body as it came.

Prints its port. `--lose 2,3` lets the second and third insertion happen and then ends the connection without an answer.
"""

import argparse
import gzip
import re
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

USER, KEY = "tester", "secret"
# What the server answers with for these codes; everything else that goes wrong is 500.
STATUSES = {"26": 400, "27": 400, "62": 400, "117": 400, "60": 404, "81": 404}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lose", default="")
    return parser.parse_args()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if (self.headers.get("x-clickhouse-user"), self.headers.get("x-clickhouse-key")) != (USER, KEY):
            return self.answer(403, "Code: 516. DB::Exception: Authentication failed")
        parameters = dict(parse_qsl(urlsplit(self.path).query))
        query = parameters.pop("query", "")
        try:
            for name, value in parameters.items():
                session.query(f"SET {name} = {int(value)}")
            # As the server puts them together.
            result = session.query(f"{query}\n{body.decode()}" if query else body.decode(), "JSONEachRow")
        except Exception as error:
            code = re.search(r"Code: (\d+)", str(error))
            return self.answer(STATUSES.get(code and code[1], 500), str(error))
        if query.startswith("INSERT"):
            self.server.insertions += 1
            if self.server.insertions in self.server.lost:
                self.close_connection = True
                return None
        return self.answer(200, str(result))

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        # There is one thread, which one connection would keep.
        self.send_header("connection", "close")
        self.close_connection = True
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


given = arguments()
session = Session(tempfile.mkdtemp(prefix="tidegate-chdb-"))
server = HTTPServer(("127.0.0.1", 0), Handler)
server.insertions = 0
server.lost = {int(number) for number in given.lose.split(",") if number}
print(server.server_address[1], flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
