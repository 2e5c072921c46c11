/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* file-server ADDRESS FOLDER [CERTIFICATE-AND-KEY]: gives out the files in FOLDER over HTTP as
 * object storage does, with ranges and an ETag, and takes PUT in; over TLS with a certificate. As
 * little work as can be, so that what is measured is who asks: without TLS the kernel sends the
 * files. On CUBIC, as most servers do, whatever this machine's own choice is. Prints
 * `Listening on URL`. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE (16 * 1024)
#define BUFFER_SIZE (1024 * 1024)
#define CONNECTIONS 64

typedef struct
{
  GInputStream *input;   /* borrowed */
  GOutputStream *output; /* borrowed */
  int fd;                /* borrowed; -1 over TLS */
  const char *folder;
  char head[HEAD_SIZE + 1];
  size_t length;         /* of what is in head */
  size_t end;            /* of the headers; what follows belongs to the body */
} Connection;

static gboolean
read_head (Connection *self)
{
  const char *end;

  for (;;)
    {
      gssize length;

      self->head[self->length] = '\0';
      end = strstr (self->head, "\r\n\r\n");
      if (end != NULL)
        {
          self->end = (size_t) (end - self->head) + 4;
          return TRUE;
        }
      if (self->length == HEAD_SIZE)
        return FALSE;
      length = g_input_stream_read (self->input, self->head + self->length,
                                    HEAD_SIZE - self->length, NULL, NULL);
      if (length <= 0)
        return FALSE;
      self->length += (size_t) length;
    }
}

/* (nullable) */
static const char *
find_header (Connection *self,
             const char *name)
{
  const char *line = strstr (self->head, "\r\n");

  while (line != NULL && line + 2 < self->head + self->end - 2)
    {
      line += 2;
      if (g_ascii_strncasecmp (line, name, strlen (name)) == 0 && line[strlen (name)] == ':')
        {
          line += strlen (name) + 1;
          return line + strspn (line, " ");
        }
      line = strstr (line, "\r\n");
    }
  return NULL;
}

static gboolean
send_all (Connection *self,
          const char *text)
{
  return g_output_stream_write_all (self->output, text, strlen (text), NULL, NULL, NULL);
}

static gboolean
send_by_kernel (Connection *self,
                int         from,
                gint64      start,
                gint64      end)
{
  off_t offset = start;

  while (offset < end)
    if (sendfile (self->fd, from, &offset, (size_t) MIN (end - offset, 0x7ffff000)) <= 0)
      return FALSE;
  return TRUE;
}

static gboolean
send_file (Connection *self,
           int         from,
           gint64      start,
           gint64      end)
{
  g_autofree char *buffer = NULL;

  if (self->fd >= 0)
    return send_by_kernel (self, from, start, end);
  buffer = g_malloc (BUFFER_SIZE);
  while (start < end)
    {
      ssize_t got = pread (from, buffer, (size_t) MIN (end - start, BUFFER_SIZE), start);

      if (got <= 0 ||
          !g_output_stream_write_all (self->output, buffer, (size_t) got, NULL, NULL, NULL))
        return FALSE;
      start += got;
    }
  return TRUE;
}

static char *
dup_path (Connection *self)
{
  const char *start = strchr (self->head, '/');
  g_autofree char *asked = g_strndup (start, strcspn (start, " ?"));
  g_autofree char *name = g_path_get_basename (asked);

  return g_build_filename (self->folder, name, NULL);
}

static gboolean
answer_get (Connection *self,
            int         file)
{
  const char *range = find_header (self, "Range");
  g_autofree char *where = NULL;
  g_autofree char *head = NULL;
  struct stat found;
  gint64 start = 0, end;

  fstat (file, &found);
  end = found.st_size;
  if (range != NULL)
    {
      unsigned long first = 0, last = 0;

      if (sscanf (range, "bytes=%lu-%lu", &first, &last) == 2)
        end = MIN (end, (gint64) last + 1);
      start = MIN ((gint64) first, end);
      where = g_strdup_printf ("Content-Range: bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT
                               "/%" G_GINT64_FORMAT "\r\n", start, end - 1, (gint64) found.st_size);
    }
  head = g_strdup_printf (
    "HTTP/1.1 %s\r\nContent-Type: application/gzip\r\nAccept-Ranges: bytes\r\n"
    "ETag: \"%" G_GINT64_MODIFIER "x-%lx\"\r\nContent-Length: %" G_GINT64_FORMAT "\r\n%s\r\n",
    range != NULL ? "206 Partial Content" : "200 OK", (gint64) found.st_size,
    (unsigned long) found.st_mtime, end - start, where != NULL ? where : "");
  return send_all (self, head) &&
         (g_str_has_prefix (self->head, "HEAD") || send_file (self, file, start, end));
}

static gboolean
answer_put (Connection *self,
            int         file)
{
  const char *length = find_header (self, "Content-Length");
  const char *expect = find_header (self, "Expect");
  guint64 left = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  size_t here = MIN (self->length - self->end, left);

  if (expect != NULL && !send_all (self, "HTTP/1.1 100 Continue\r\n\r\n"))
    return FALSE;
  if (write (file, self->head + self->end, here) != (ssize_t) here)
    return FALSE;
  for (left -= here; left > 0;)
    {
      gssize got = g_input_stream_read (self->input, buffer, MIN (left, BUFFER_SIZE), NULL, NULL);

      if (got <= 0 || write (file, buffer, (size_t) got) != got)
        return FALSE;
      left -= (guint64) got;
    }
  /* As the portal does, which answers only for what the disk has. */
  fdatasync (file);
  return send_all (self, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
}

static gboolean
answer (Connection *self)
{
  gboolean is_put = g_str_has_prefix (self->head, "PUT");
  g_autofree char *path = dup_path (self);
  int file = is_put ? open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
                    : open (path, O_RDONLY | O_CLOEXEC);
  gboolean alive;

  if (file < 0)
    return send_all (self, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  alive = is_put ? answer_put (self, file) : answer_get (self, file);
  close (file);
  return alive;
}

typedef struct
{
  const char *folder;
  GTlsCertificate *certificate; /* (nullable) */
} Server;

static void
serve (Server    *server,
       GIOStream *stream,
       int        fd)
{
  g_autofree Connection *self = g_new0 (Connection, 1);

  self->input = g_io_stream_get_input_stream (stream);
  self->output = g_io_stream_get_output_stream (stream);
  self->fd = fd;
  self->folder = server->folder;
  while (read_head (self) && answer (self))
    self->length = 0;
}

static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  Server *server = user_data;
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));
  g_autoptr(GIOStream) secured = NULL;

  if (setsockopt (fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", strlen ("cubic")) != 0)
    g_error ("This kernel has no CUBIC: %s", g_strerror (errno));
  if (server->certificate == NULL)
    {
      /* GSocket itself never blocks; here there is a thread for each, and the kernel may. */
      g_unix_set_fd_nonblocking (fd, FALSE, NULL);
      serve (server, G_IO_STREAM (connection), fd);
      return TRUE;
    }
  secured = g_tls_server_connection_new (G_IO_STREAM (connection), server->certificate, NULL);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (secured), FALSE);
  serve (server, secured, -1);
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GSocketService) service = g_threaded_socket_service_new (CONNECTIONS);
  g_autoptr(GInetAddress) address = NULL;
  g_autoptr(GSocketAddress) asked = NULL;
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;
  Server server = { 0 };

  if (argc < 3)
    g_error ("Usage: file-server ADDRESS FOLDER [CERTIFICATE-AND-KEY]");
  signal (SIGPIPE, SIG_IGN);
  server.folder = argv[2];
  if (argc > 3)
    server.certificate = g_tls_certificate_new_from_file (argv[3], &error);
  address = g_inet_address_new_from_string (argv[1]);
  asked = g_inet_socket_address_new (address, 0);
  if (error != NULL ||
      !g_socket_listener_add_address (G_SOCKET_LISTENER (service), asked, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error))
    g_error ("%s", error->message);
  g_signal_connect (service, "run", G_CALLBACK (run_cb), &server);
  printf ("Listening on %s://%s:%u\n", server.certificate != NULL ? "https" : "http", argv[1],
          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
