/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <gtk/gtk.h>

#include "mainstay-backup.h"
#include "mainstay-environment.h"

/* What the tests of the window's parts share. */

/* Displays, settings in memory, no animations. */
void                 ui_test_init             (int          *argc,
                                               char       ***argv);
/* From JSON with single quotes, as the server would send it. */
MainstayBackup      *ui_test_make_backup      (const char    *json);
MainstayEnvironment *ui_test_make_environment (const char    *json);
/* The visible widget of @type at or below @root whose words are @text; NULL when there is none. */
GtkWidget           *ui_test_find             (GtkWidget     *root,
                                               GType          type,
                                               const char    *text);
/* The words of every visible label below @root, joined by " | ". */
char                *ui_test_dup_words        (GtkWidget     *root);
/* The GtkButton that stands for an action. */
GtkWidget           *ui_test_find_button      (GtkWidget     *root,
                                               const char    *action_name);
/* What is drawn: each character, and each hyphen that a line was given at its end. */
unsigned int         ui_test_count_glyphs     (GtkLabel      *label);
void                 ui_test_iterate          (void);
/* Lets idle work and animations come to rest. */
void                 ui_test_settle           (void);

#define ui_test_wait_until(condition) \
  G_STMT_START { \
    gint64 ui_test_deadline = g_get_monotonic_time () + 15 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > ui_test_deadline) \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
        ui_test_iterate (); \
      } \
  } G_STMT_END
