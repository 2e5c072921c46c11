/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Many clients that ask for one path over and over, each on a connection of its own, in one thread
 * that does next to nothing. Prints how long answers took.
 *
 *   list-clients PORT PATH USER KEY CLIENTS SECONDS PAUSE-MS
 */

#define BUFFER_SIZE (1024 * 1024)

typedef struct
{
  int fd;
  gint64 asked; /* 0 while it pauses */
  gint64 next;  /* when it asks again */
  size_t filled;
  char *buffer;
} Client;

static char *request;

static void
begin (Client *client)
{
  size_t length = strlen (request);

  client->asked = g_get_monotonic_time ();
  client->filled = 0;
  if (send (client->fd, request, length, MSG_NOSIGNAL) != (ssize_t) length)
    g_error ("The server has hung up");
}

static void
open_client (Client *client,
             int     port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) port) };
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  client->buffer = g_malloc (BUFFER_SIZE);
  if (connect (client->fd, (struct sockaddr *) &address, sizeof address) < 0)
    g_error ("There is no server");
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Returns: whether the answer is whole */
static gboolean
take (Client *client)
{
  ssize_t count = recv (client->fd, client->buffer + client->filled,
                        BUFFER_SIZE - 1 - client->filled, 0);
  const char *end, *length;

  if (count <= 0)
    g_error ("The server has hung up");
  client->filled += (size_t) count;
  client->buffer[client->filled] = '\0';
  end = strstr (client->buffer, "\r\n\r\n");
  length = end != NULL ? strcasestr (client->buffer, "\r\nContent-Length:") : NULL;
  if (length == NULL ||
      client->filled < (size_t) (end + 4 - client->buffer) + strtoul (length + 17, NULL, 10))
    return FALSE;
  if (strncmp (client->buffer, "HTTP/1.1 200", 12) != 0)
    g_error ("The answer is %.40s", client->buffer);
  return TRUE;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 one = *(const gint64 *) a, two = *(const gint64 *) b;

  return one < two ? -1 : one > two;
}

static void
run (Client *clients,
     int     n,
     gint64  end,
     gint64  pause,
     GArray *times)
{
  g_autofree struct pollfd *polls = g_new0 (struct pollfd, n);
  gint64 now;

  while ((now = g_get_monotonic_time ()) < end)
    {
      for (int i = 0; i < n; i++)
        {
          if (clients[i].asked == 0 && clients[i].next <= now)
            begin (&clients[i]);
          polls[i] = (struct pollfd) { clients[i].fd, POLLIN, 0 };
        }
      poll (polls, (nfds_t) n, pause > 0 ? 1 : 100);
      for (int i = 0; i < n; i++)
        if ((polls[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && take (&clients[i]))
          {
            gint64 taken = g_get_monotonic_time () - clients[i].asked;

            g_array_append_val (times, taken);
            clients[i].asked = 0;
            clients[i].next = g_get_monotonic_time () + pause;
          }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree Client *clients = NULL;
  int n;

  if (argc != 8)
    return 2;
  n = atoi (argv[5]);
  clients = g_new0 (Client, n);
  request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nMendix-Username: %s\r\n"
                             "Mendix-ApiKey: %s\r\n\r\n", argv[2], argv[1], argv[3], argv[4]);
  for (int i = 0; i < n; i++)
    open_client (&clients[i], atoi (argv[1]));
  run (clients, n, g_get_monotonic_time () + atoi (argv[6]) * G_TIME_SPAN_SECOND,
       atoi (argv[7]) * G_TIME_SPAN_MILLISECOND, times);
  for (int i = 0; i < n; i++)
    {
      close (clients[i].fd);
      g_clear_pointer (&clients[i].buffer, g_free);
    }
  g_clear_pointer (&request, g_free);
  if (times->len == 0)
    return 1;
  g_array_sort (times, compare);
  printf ("%u %.2f %.2f %.2f\n", times->len, g_array_index (times, gint64, times->len / 2) / 1e3,
          g_array_index (times, gint64, times->len * 99 / 100) / 1e3,
          g_array_index (times, gint64, times->len - 1) / 1e3);
  return 0;
}
