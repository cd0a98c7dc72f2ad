"""A visitor who uploads: through a page's own uploader, or to the server's upload address as no page does."""

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.sessions import PATIENCE, Session

MB = 10**6
EDGE = "edge"


class Visitor(Session):
    """A session that puts files to the server's upload address."""

    def ask(self, names: int = 1) -> list[str]:
        """Upload addresses that the server hands out."""
        message = BackMsg()
        message.file_urls_request.request_id = "1"
        message.file_urls_request.file_names.extend(["a.zip"] * names)
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))
            if answer.WhichOneof("type") == "file_urls_response":
                return [url.upload_url for url in answer.file_urls_response.file_urls]
            self._take(answer)

    def put(self, server: str, address: str, content: int | bytes, *, name: str = "a.zip", length: bool = True) -> int:
        """Put so many zeros, or these bytes, there; the answer's status, 0 where the connection was closed before."""
        connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
        connection.request("GET", "/_stcore/health")
        with connection.getresponse() as answer:
            answer.read()
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        size = content if isinstance(content, int) else len(content)
        head = f'--{EDGE}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'.encode()
        tail = f"\r\n--{EDGE}--\r\n".encode()
        headers = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2]}
        headers["Content-Type"] = f"multipart/form-data; boundary={EDGE}"
        if length:
            headers["Content-Length"] = str(len(head) + size + len(tail))
        try:
            connection.request("PUT", address, _parts(head, content, tail), headers, encode_chunked=not length)
            return connection.getresponse().status
        except (ConnectionError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def upload(self, server: str, uploader: str, name: str, content: bytes) -> None:
        """Bring a file through the uploader of that key, and wait until the page has answered."""
        (address,) = self.ask()
        self.put(server, address, content, name=name)
        state = FileUploaderState()
        file = state.uploaded_file_info.add(name=name, size=len(content), file_id=address.rpartition("/")[2])
        file.file_urls.upload_url = file.file_urls.delete_url = address
        file.file_urls.file_id = file.file_id
        self.move(uploader, state)


def _parts(head: bytes, content: int | bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    if isinstance(content, bytes):
        yield content
    else:
        for start in range(0, content, MB):
            yield bytes(min(MB, content - start))
    yield tail
