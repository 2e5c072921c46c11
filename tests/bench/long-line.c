/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* long-line NAMESPACE-A NAMESPACE-B DELAY-MS LOSS SEED: a line between two network namespaces, made
 * of a TUN device in each. Each packet takes DELAY-MS one way, or is lost with the probability
 * LOSS, which only depends on the seed and the packet's number. Where a kernel has netem, that
 * does the same; this one needs nothing but TUN. Runs until it is ended. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MTU 1500
#define NETWORK "10.77.0."
/* What may be under way at once in one direction: 16,384 packets in 25 ms are 983 MB/s. */
#define QUEUE_LENGTH 16384
#define DEVICE_QUEUE 10000

typedef struct
{
  gint64 due; /* monotonic, microseconds */
  unsigned int length;
  guint8 bytes[MTU];
} Packet;

/* One direction: a ring, since all packets take as long. */
typedef struct
{
  int from;
  int to;
  Packet *ring; /* owned */
  unsigned int first;
  unsigned int count;
  GRand *chance; /* owned */
  guint64 sent;
  guint64 lost;
} Direction;

typedef struct
{
  gint64 delay; /* microseconds, one way */
  double loss;
  Direction directions[2];
} Line;

static void
enter_namespace (const char *name)
{
  g_autofree char *path = g_build_filename ("/run/netns", name, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || setns (fd, CLONE_NEWNET) != 0)
    g_error ("Cannot enter the network namespace %s: %s", name, g_strerror (errno));
  close (fd);
}

static void
configure (int         socket_fd,
           unsigned long request,
           struct ifreq *settings)
{
  if (ioctl (socket_fd, request, settings) != 0)
    g_error ("Cannot configure a TUN device: %s", g_strerror (errno));
}

static void
set_address (struct ifreq *settings,
             const char   *address)
{
  struct sockaddr_in internet = { .sin_family = AF_INET };

  inet_pton (AF_INET, address, &internet.sin_addr);
  memcpy (&settings->ifr_addr, &internet, sizeof internet);
}

/* Opens a device in the namespace that the process is in. */
static int
open_end (unsigned int number)
{
  g_autofree char *address = g_strdup_printf (NETWORK "%u", number);
  struct ifreq settings = { .ifr_flags = IFF_TUN | IFF_NO_PI };
  int fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  int socket_fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || socket_fd < 0)
    g_error ("Cannot open a TUN device: %s", g_strerror (errno));
  g_strlcpy (settings.ifr_name, "line0", IFNAMSIZ);
  configure (fd, TUNSETIFF, &settings);
  set_address (&settings, address);
  configure (socket_fd, SIOCSIFADDR, &settings);
  set_address (&settings, "255.255.255.0");
  configure (socket_fd, SIOCSIFNETMASK, &settings);
  settings.ifr_mtu = MTU;
  configure (socket_fd, SIOCSIFMTU, &settings);
  settings.ifr_qlen = DEVICE_QUEUE;
  configure (socket_fd, SIOCSIFTXQLEN, &settings);
  settings.ifr_flags = IFF_UP | IFF_RUNNING;
  configure (socket_fd, SIOCSIFFLAGS, &settings);
  close (socket_fd);
  return fd;
}

/* Takes in what the device has. What finds no room is lost, as in any router. */
static void
take_in (Line      *line,
         Direction *direction)
{
  guint8 dropped[MTU];

  for (;;)
    {
      gboolean is_full = direction->count == QUEUE_LENGTH;
      Packet *packet = &direction->ring[(direction->first + direction->count) % QUEUE_LENGTH];
      ssize_t length = read (direction->from, is_full ? dropped : packet->bytes, MTU);

      if (length <= 0)
        return;
      direction->sent++;
      if (is_full || g_rand_double (direction->chance) < line->loss)
        {
          direction->lost++;
          continue;
        }
      packet->length = (unsigned int) length;
      packet->due = g_get_monotonic_time () + line->delay;
      direction->count++;
    }
}

static void
give_out (Direction *direction,
          gint64     now)
{
  while (direction->count > 0 && direction->ring[direction->first].due <= now)
    {
      Packet *packet = &direction->ring[direction->first];

      if (write (direction->to, packet->bytes, packet->length) < 0 && errno == EAGAIN)
        return;
      direction->first = (direction->first + 1) % QUEUE_LENGTH;
      direction->count--;
    }
}

static gint64
until_next (Line *line)
{
  gint64 next = G_MAXINT64;

  for (unsigned int i = 0; i < 2; i++)
    if (line->directions[i].count > 0)
      next = MIN (next, line->directions[i].ring[line->directions[i].first].due);
  return next == G_MAXINT64 ? -1 : MAX (0, next - g_get_monotonic_time ());
}

static void
wait_for_work (Line *line)
{
  struct pollfd ends[2] = { { line->directions[0].from, POLLIN, 0 },
                            { line->directions[1].from, POLLIN, 0 } };
  gint64 wait = until_next (line);
  struct timespec time = { wait / G_USEC_PER_SEC, (wait % G_USEC_PER_SEC) * 1000 };

  ppoll (ends, 2, wait < 0 ? NULL : &time, NULL);
}

static void
init_direction (Direction *direction,
                int        from,
                int        to,
                guint32    seed)
{
  direction->from = from;
  direction->to = to;
  direction->ring = g_new (Packet, QUEUE_LENGTH);
  direction->chance = g_rand_new_with_seed (seed);
}

int
main (int    argc,
      char **argv)
{
  Line line = { 0 };
  guint32 seed;
  int ends[2];

  if (argc != 6)
    g_error ("Usage: long-line NAMESPACE-A NAMESPACE-B DELAY-MS LOSS SEED");
  line.delay = (gint64) (g_ascii_strtod (argv[3], NULL) * 1000);
  line.loss = g_ascii_strtod (argv[4], NULL);
  seed = (guint32) g_ascii_strtoull (argv[5], NULL, 10);
  for (unsigned int i = 0; i < 2; i++)
    {
      enter_namespace (argv[1 + i]);
      ends[i] = open_end (i + 1);
    }
  init_direction (&line.directions[0], ends[0], ends[1], seed);
  init_direction (&line.directions[1], ends[1], ends[0], seed + 1);
  puts ("The line is up");
  fflush (stdout);
  for (;;)
    {
      wait_for_work (&line);
      for (unsigned int i = 0; i < 2; i++)
        {
          take_in (&line, &line.directions[i]);
          give_out (&line.directions[i], g_get_monotonic_time ());
        }
    }
}
