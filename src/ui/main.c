/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "mainstay-application.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr(MainstayApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, MAINSTAY_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = mainstay_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
