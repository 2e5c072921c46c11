/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <string.h>
#include <sys/socket.h>

#include "mainstay-portal-read-ahead.h"

/* Connections whose bodies are read in larger blocks than libsoup asks for. */

#define SIZE ((size_t) 1000 * 1000)

typedef struct
{
  GSocket *far;        /* owned: the client's end */
  GIOStream *base;     /* owned */
  GIOStream *stream;   /* owned */
  GInputStream *input; /* borrowed */
  guint8 *bytes;       /* owned */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GSocket) near = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  near = g_socket_new_from_fd (fds[0], NULL);
  fixture->far = g_socket_new_from_fd (fds[1], NULL);
  fixture->base = G_IO_STREAM (g_socket_connection_factory_create_connection (near));
  fixture->stream = mainstay_portal_read_ahead_new (fixture->base);
  fixture->input = g_io_stream_get_input_stream (fixture->stream);
  fixture->bytes = g_malloc (SIZE);
  for (size_t i = 0; i < SIZE; i++)
    fixture->bytes[i] = (guint8) (i * 7 + i / 251);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_unref (fixture->far);
  g_object_unref (fixture->base);
  g_object_unref (fixture->stream);
  g_free (fixture->bytes);
}

static gpointer
send_thread (gpointer user_data)
{
  Fixture *fixture = user_data;

  for (size_t done = 0; done < SIZE;)
    {
      gssize sent = g_socket_send (fixture->far, (const char *) fixture->bytes + done, SIZE - done,
                                   NULL, NULL);

      g_assert_cmpint (sent, >, 0);
      done += (size_t) sent;
    }
  g_socket_shutdown (fixture->far, FALSE, TRUE, NULL);
  return NULL;
}

static gboolean
readable_cb (GObject  *stream,
             gpointer  user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* As libsoup waits. */
static void
wait_until_readable (GInputStream *input)
{
  g_autoptr(GSource) source =
    g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  gboolean is_readable = FALSE;

  g_source_set_callback (source, G_SOURCE_FUNC (readable_cb), &is_readable, NULL);
  g_source_attach (source, NULL);
  while (!is_readable)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (input)));
}

static gssize
read_some (GInputStream *input,
           guint8       *buffer,
           size_t        size)
{
  for (;;)
    {
      g_autoptr(GError) error = NULL;
      gssize length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input),
                                                                buffer, size, NULL, &error);

      if (length >= 0)
        return length;
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      wait_until_readable (input);
    }
}

/* Small, as libsoup's; as large as the block and larger; and odd. */
static const size_t sizes[] = { 8192, 1, 8192, 8192, 200000, 131072, 77, 8192 };

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree guint8 *buffer = g_malloc (SIZE);
  GThread *thread = g_thread_new ("send", send_thread, fixture);
  size_t done = 0;
  gssize length;

  for (size_t i = 0; (length = read_some (fixture->input, buffer,
                                          sizes[i % G_N_ELEMENTS (sizes)])) > 0; i++)
    {
      g_assert_cmpuint (done + (size_t) length, <=, SIZE);
      g_assert_cmpmem (buffer, (size_t) length, fixture->bytes + done, (size_t) length);
      done += (size_t) length;
    }
  g_assert_cmpuint (done, ==, SIZE);
  g_thread_join (thread);
}

static void
test_blocking (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree guint8 *buffer = g_malloc (SIZE);
  GThread *thread = g_thread_new ("send", send_thread, fixture);
  size_t length;

  g_assert_true (g_input_stream_read_all (fixture->input, buffer, 8192, &length, NULL, NULL));
  g_assert_true (g_input_stream_read_all (fixture->input, buffer + length, 8192, NULL, NULL,
                                          NULL));
  g_assert_true (g_input_stream_read_all (fixture->input, buffer + 2 * length,
                                          SIZE - 2 * length, NULL, NULL, NULL));
  g_assert_cmpmem (buffer, SIZE, fixture->bytes, SIZE);
  g_assert_cmpint (g_input_stream_read (fixture->input, buffer, SIZE, NULL, NULL), ==, 0);
  g_thread_join (thread);
}

static void
test_end (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  char byte;

  g_assert_false (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (fixture->input)));
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (fixture->stream), "x",
                                            1, NULL, NULL, NULL));
  g_assert_cmpint (g_socket_receive (fixture->far, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  g_assert_true (g_io_stream_close (fixture->stream, NULL, NULL));
  g_assert_true (g_io_stream_is_closed (fixture->base));
  g_assert_cmpint (g_socket_receive (fixture->far, &byte, 1, NULL, NULL), ==, 0);
  g_assert_cmpint (g_pollable_input_stream_read_nonblocking (
                     G_POLLABLE_INPUT_STREAM (fixture->input), &byte, 1, NULL, &error), ==, -1);
  g_assert_nonnull (error);
}

#define ADD(name, function)                                                                      \
  g_test_add ("/portal/read-ahead/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_order);
  ADD ("blocking", test_blocking);
  ADD ("end", test_end);
  return g_test_run ();
}
