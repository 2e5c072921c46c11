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
  /* Where it runs without having been installed. */
  const char *locale_dir = g_getenv ("MAINSTAY_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : MAINSTAY_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = mainstay_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
