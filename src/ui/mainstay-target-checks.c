/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-target-checks.h"

#include <glib/gi18n.h>

/**
 * mainstay_target_check_answer:
 * @id: which line it is
 * @target: the environment's name
 * @asking: whether the portal is being asked
 * @failure: (nullable): why it could not be asked
 *
 * What is listed may be hours old; nothing that cannot be undone is decided on it.
 *
 * Returns: (transfer full) (nullable): a check, %NULL when a fresh answer is there
 */
MainstayCheck *
mainstay_target_check_answer (int         id,
                              const char *target,
                              gboolean    asking,
                              const char *failure)
{
  if (asking)
    return mainstay_check_new (id, MAINSTAY_CHECK_WAITING, MAINSTAY_CHECK_ACTION_NONE,
                               /* Translators: %s is the name of an environment. */
                               g_strdup_printf (_("Asking the portal about %s…"), target), NULL);
  if (failure != NULL)
    return mainstay_check_new (id, MAINSTAY_CHECK_BLOCKED, MAINSTAY_CHECK_ACTION_ASK_AGAIN,
                               /* Translators: %s is the name of an environment. */
                               g_strdup_printf (_("The portal could not be asked about %s"),
                                                target),
                               g_strdup (failure));
  return NULL;
}

static MainstayCheck *
not_stopped (int         id,
             char       *title,
             const char *failure)
{
  return mainstay_check_new (id, MAINSTAY_CHECK_BLOCKED, MAINSTAY_CHECK_ACTION_STOP_APP, title,
                             g_strdup (failure != NULL ? failure :
                                       _("It must be stopped before its data is replaced.")));
}

/**
 * mainstay_target_check_stopped:
 * @id: which line it is
 * @target: the environment's name
 * @status: its status
 * @stopping: whether it is being stopped
 * @failure: (nullable): why it could not be stopped
 *
 * Returns: (transfer full): rules R3 and U1
 */
MainstayCheck *
mainstay_target_check_stopped (int                        id,
                               const char                *target,
                               MainstayEnvironmentStatus  status,
                               gboolean                   stopping,
                               const char                *failure)
{
  if (stopping)
    return mainstay_check_new (id, MAINSTAY_CHECK_WAITING, MAINSTAY_CHECK_ACTION_STOP_APP,
                               /* Translators: %s is the name of an environment. */
                               g_strdup_printf (_("The app on %s is being stopped…"), target),
                               NULL);
  switch (status)
    {
    case MAINSTAY_ENVIRONMENT_EMPTY:
      /* Translators: %s is the name of an environment. */
      return mainstay_check_new (id, MAINSTAY_CHECK_OK, MAINSTAY_CHECK_ACTION_NONE,
                                 g_strdup_printf (_("No app is running on %s"), target), NULL);
    case MAINSTAY_ENVIRONMENT_STOPPED:
      /* Translators: %s is the name of an environment. */
      return mainstay_check_new (id, MAINSTAY_CHECK_OK, MAINSTAY_CHECK_ACTION_NONE,
                                 g_strdup_printf (_("The app on %s is stopped"), target), NULL);
    case MAINSTAY_ENVIRONMENT_RUNNING:
      /* Translators: %s is the name of an environment. */
      return not_stopped (id, g_strdup_printf (_("The app on %s is running"), target), failure);
    case MAINSTAY_ENVIRONMENT_UNKNOWN:
    default:
      /* Translators: %s is the name of an environment. */
      return not_stopped (id, g_strdup_printf (_("Whether the app on %s is running is unknown"),
                                               target), failure);
    }
}

/**
 * mainstay_target_check_idle:
 * @id: which line it is
 * @target: the environment's name
 * @busy: whether another operation of this program works on it
 *
 * Returns: (transfer full) (nullable): a check, %NULL when nothing else works on it
 */
MainstayCheck *
mainstay_target_check_idle (int         id,
                            const char *target,
                            gboolean    busy)
{
  if (!busy)
    return NULL;
  return mainstay_check_new (id, MAINSTAY_CHECK_BLOCKED, MAINSTAY_CHECK_ACTION_NONE,
                             /* Translators: %s is the name of an environment. */
                             g_strdup_printf (_("Another operation is working on %s"), target),
                             g_strdup (_("Wait until it has ended.")));
}
