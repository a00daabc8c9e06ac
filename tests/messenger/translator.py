"""What stands in for the operator's LibreTranslate: its API, and a memory of what it was sent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer


class Service(HTTPServer):
    """Answers as LibreTranslate's API does, and remembers what it was sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, asked))
        good = asked["q"] != "untranslatable"
        said = {"translatedText": f"[{asked['target']}] {asked['q']}"} if good else {"error": "no"}
        self.send_response(200 if good else 400)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *said):
        """Nothing."""
