/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */

/* first-frame PROGRAM [ARGUMENT…]: starts the program, prints the milliseconds until something was
 * first drawn into a window of its own that is mapped, and ends the program. Seen from the X
 * server, so that the same is measured of any program. */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>

#define PATIENCE_MS 30000

static double
now_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* Small windows are clipboards, leaders and the like. */
static int
is_large (Display *display,
          Window   window)
{
  XWindowAttributes attributes;

  return XGetWindowAttributes (display, window, &attributes) && attributes.width > 100 &&
         attributes.height > 100;
}

static int
handle (Display *display,
        XEvent  *event,
        int      damage_base)
{
  if (event->type == MapNotify && is_large (display, event->xmap.window))
    XDamageCreate (display, event->xmap.window, XDamageReportNonEmpty);
  return event->type == damage_base + XDamageNotify;
}

static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  return 0;
}

static int
wait_for_frame (Display *display,
                int      damage_base,
                double   deadline)
{
  struct pollfd connection = { .fd = ConnectionNumber (display), .events = POLLIN };

  while (now_ms () < deadline)
    {
      while (XPending (display) > 0)
        {
          XEvent event;

          XNextEvent (display, &event);
          if (handle (display, &event, damage_base))
            return 1;
        }
      poll (&connection, 1, 100);
    }
  return 0;
}

int
main (int   argc,
      char *argv[])
{
  Display *display = XOpenDisplay (NULL);
  int damage_base, error_base, drawn;
  double start, end;
  pid_t child;

  if (argc < 2 || display == NULL || !XDamageQueryExtension (display, &damage_base, &error_base))
    {
      fputs ("usage, in an X session with DAMAGE: first-frame PROGRAM [ARGUMENT…]\n", stderr);
      return 2;
    }
  XSetErrorHandler (ignore_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);
  XSync (display, False);

  start = now_ms ();
  child = fork ();
  if (child == 0)
    {
      execvp (argv[1], argv + 1);
      _exit (127);
    }
  drawn = wait_for_frame (display, damage_base, start + PATIENCE_MS);
  end = now_ms ();
  kill (child, SIGTERM);
  waitpid (child, NULL, 0);
  if (!drawn)
    {
      fputs ("nothing was drawn\n", stderr);
      return 1;
    }
  printf ("%.1f\n", end - start);
  return 0;
}
