/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MainstayCheckState:
 * @MAINSTAY_CHECK_OK: nothing to be done
 * @MAINSTAY_CHECK_NOTE: worth knowing
 * @MAINSTAY_CHECK_WARNING: has a consequence that the person must know, but may accept
 * @MAINSTAY_CHECK_UNKNOWN: could not be found out, and is said to be so
 * @MAINSTAY_CHECK_WAITING: being found out or put right
 * @MAINSTAY_CHECK_BLOCKED: the work cannot begin
 */
typedef enum {
  MAINSTAY_CHECK_OK,
  MAINSTAY_CHECK_NOTE,
  MAINSTAY_CHECK_WARNING,
  MAINSTAY_CHECK_UNKNOWN,
  MAINSTAY_CHECK_WAITING,
  MAINSTAY_CHECK_BLOCKED
} MainstayCheckState;

/* What the person can do about a check in the place where it is shown. */
typedef enum {
  MAINSTAY_CHECK_ACTION_NONE,
  MAINSTAY_CHECK_ACTION_STOP_APP,
  MAINSTAY_CHECK_ACTION_ASK_AGAIN
} MainstayCheckAction;

/**
 * MainstayCheck:
 *
 * One line of what is checked, or will happen, before work that cannot be undone. The @id tells
 * which line it is, so that a view can keep its row while the words change.
 */
typedef struct _MainstayCheck MainstayCheck;
struct _MainstayCheck
{
  int id;
  MainstayCheckState state;
  MainstayCheckAction action;
  char *title;
  char *detail; /* (nullable) */
};

MainstayCheck       *mainstay_check_new         (int                   id,
                                                 MainstayCheckState    state,
                                                 MainstayCheckAction   action,
                                                 char                 *title,
                                                 char                 *detail);
void                 mainstay_check_free        (MainstayCheck        *self);
GPtrArray           *mainstay_checks_new        (void);
const MainstayCheck *mainstay_checks_find       (GPtrArray            *checks,
                                                 int                   id);
gboolean             mainstay_checks_pass       (GPtrArray            *checks);
gboolean             mainstay_check_name_typed  (const char           *name,
                                                 const char           *typed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MainstayCheck, mainstay_check_free)

G_END_DECLS
