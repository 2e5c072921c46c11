# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: 2026 The Mainstay developers
"""A slow line to another server, whose address stays while that server is killed and comes back
elsewhere, and which breaks when it is told to."""

import socket
import socketserver
import threading
import time

PIECE = 32 * 1024


class Line(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, rate=0):
        """@rate: bytes a second, each way and connection; 0: as fast as it goes"""
        super().__init__(('127.0.0.1', 0), Way)
        self.rate = rate
        self.port = None     # of the server, None while there is none
        self.passed = 0      # bytes towards it and back
        self.break_at = None  # so many bytes from now
        self.url = f'http://127.0.0.1:{self.server_address[1]}'
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()

    def may_pass(self, length):
        """How much of it gets through before the line breaks."""
        with self.lock:
            if self.break_at is not None and length >= self.break_at:
                length, self.break_at = self.break_at, None
                self.passed += length
                return length, True
            if self.break_at is not None:
                self.break_at -= length
            self.passed += length
            return length, False

    def handle_error(self, request, client_address):
        pass  # whoever was killed


class Way(socketserver.BaseRequestHandler):
    def handle(self):
        if self.server.port is None:
            return
        with socket.create_connection(('127.0.0.1', self.server.port)) as other:
            back = threading.Thread(target=self.carry, args=(other, self.request), daemon=True)
            back.start()
            self.carry(self.request, other)
            back.join()

    def carry(self, source, target):
        begun, passed = time.monotonic(), 0
        try:
            while piece := source.recv(PIECE):
                length, breaks = self.server.may_pass(len(piece))
                target.sendall(piece[:length])
                if breaks:
                    break
                passed += length
                if self.server.rate:
                    time.sleep(max(0, begun + passed / self.server.rate - time.monotonic()))
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
