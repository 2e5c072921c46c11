/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include "mainstay-test-server.h"
#include "mainstay-window-private.h"

/* The window over a portal that has the documented API and nothing else. */

/* Backups in the environment Test. */
#define WINDOW_FIXTURE_SEEDED 12

typedef struct
{
  MainstayTestServer *server;
  MainstayApplication *application;
  MainstayWindow *window;
} WindowFixture;

void            window_fixture_set_up           (WindowFixture *fixture,
                                                 gconstpointer  user_data);
/* With the window on the environment Test. */
void            window_fixture_set_up_connected (WindowFixture *fixture,
                                                 gconstpointer  user_data);
/* Fails when anything keeps the window. */
void            window_fixture_tear_down        (WindowFixture *fixture,
                                                 gconstpointer  user_data);
void            window_fixture_present          (WindowFixture *fixture);
void            window_fixture_connect_with_key (WindowFixture *fixture,
                                                 const char    *api_key);
GListModel     *window_fixture_get_shown        (WindowFixture *fixture);
unsigned int    window_fixture_count_shown      (WindowFixture *fixture);
GtkWidget      *window_fixture_find             (WindowFixture *fixture,
                                                 GType          type,
                                                 const char    *text);
GtkWidget      *window_fixture_find_button      (WindowFixture *fixture,
                                                 const char    *action_name);
gboolean        window_fixture_is_sensitive     (WindowFixture *fixture,
                                                 const char    *action_name);
const char     *window_fixture_get_tooltip      (WindowFixture *fixture,
                                                 const char    *action_name);
/* A dialog. (nullable) */
GtkWindow      *window_fixture_find_other       (WindowFixture *fixture);
void            window_fixture_press            (GtkWidget     *button);
MainstayBackup *window_fixture_select_nth       (WindowFixture *fixture,
                                                 unsigned int   position);
void            window_fixture_choose_environment (WindowFixture *fixture,
                                                   const char    *mode);
