/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include <stdio.h>

#include "mainstay-portal-collect.h"
#include "mainstay-portal-private.h"

/* What the portal does hourly and some time after, done at once and to be killed: removes what has
 * expired, and the contents that nothing needs any more. */

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GError) error = NULL;
  g_autoptr(MainstayPortal) portal = NULL;
  g_autofree char *snapshots = NULL;
  unsigned int n_packs = 0;

  g_assert_cmpint (argc, ==, 2);
  snapshots = g_build_filename (argv[1], MAINSTAY_PORTAL_SNAPSHOTS, NULL);
  portal = mainstay_portal_open (argv[1], MAINSTAY_PORTAL_DEFAULT, &error);
  g_assert_no_error (error);
  mainstay_portal_expire (portal);
  mainstay_portal_content_collect (portal->contents, snapshots, NULL, &n_packs, NULL, &error);
  g_assert_no_error (error);
  printf ("%u packs are gone\n", n_packs);
  return 0;
}
