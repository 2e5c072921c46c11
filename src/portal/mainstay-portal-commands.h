/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One command each of mainstay-portal; @argv[0] is the command's name. Returns: the exit code: 0, 1
 * for a failure, 2 for a wrong use. */
int mainstay_portal_command_run         (int    argc,
                                         char **argv);
int mainstay_portal_command_serve       (int    argc,
                                         char **argv);
int mainstay_portal_command_sample      (int    argc,
                                         char **argv);
int mainstay_portal_command_check       (int    argc,
                                         char **argv);
int mainstay_portal_command_user        (int    argc,
                                         char **argv);
int mainstay_portal_command_app         (int    argc,
                                         char **argv);
int mainstay_portal_command_environment (int    argc,
                                         char **argv);
int mainstay_portal_command_package     (int    argc,
                                         char **argv);

G_END_DECLS
