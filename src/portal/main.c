/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-portal-commands.h"

int
main (int   argc,
      char *argv[])
{
  return mainstay_portal_command_run (argc, argv);
}
