/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-restore-checks.h"

#include <glib/gi18n.h>

#include "mainstay-target-checks.h"
#include "mainstay-version.h"

static MainstayCheck *
plain_check (MainstayRestoreCheckId  id,
             MainstayCheckState      state,
             char                   *title,
             char                   *detail)
{
  return mainstay_check_new (id, state, MAINSTAY_CHECK_ACTION_NONE, title, detail);
}

static MainstayCheck *
check_backup (const MainstayRestoreFacts *facts)
{
  switch (facts->backup_state)
    {
    case MAINSTAY_JOB_COMPLETED:
      return plain_check (MAINSTAY_RESTORE_CHECK_BACKUP, MAINSTAY_CHECK_OK,
                          g_strdup (_("The backup is completed")), NULL);
    case MAINSTAY_JOB_QUEUED:
    case MAINSTAY_JOB_RUNNING:
      return plain_check (MAINSTAY_RESTORE_CHECK_BACKUP, MAINSTAY_CHECK_BLOCKED,
                          g_strdup (_("The backup is not completed yet")),
                          g_strdup (_("It can be restored as soon as it is.")));
    case MAINSTAY_JOB_FAILED:
      return plain_check (MAINSTAY_RESTORE_CHECK_BACKUP, MAINSTAY_CHECK_BLOCKED,
                          g_strdup (_("The backup has failed")),
                          g_strdup (_("It holds nothing that can be restored. "
                                      "Choose another backup.")));
    case MAINSTAY_JOB_UNKNOWN:
    default:
      return plain_check (MAINSTAY_RESTORE_CHECK_BACKUP, MAINSTAY_CHECK_BLOCKED,
                          g_strdup (_("Whether the backup is completed is unknown")),
                          g_strdup (_("The portal gives a status that this version does not "
                                      "know. Restore it on the portal’s own page.")));
    }
}

static MainstayCheck *
check_app (const MainstayRestoreFacts *facts)
{
  if (facts->same_app)
    return plain_check (MAINSTAY_RESTORE_CHECK_APP, MAINSTAY_CHECK_OK,
                        g_strdup (_("Backup and target are of the same app")),
                        g_strdup (facts->backup_app));
  return plain_check (MAINSTAY_RESTORE_CHECK_APP, MAINSTAY_CHECK_BLOCKED,
                      g_strdup (_("The backup is of another app")),
                      /* Translators: %s is the name of an app. */
                      g_strdup_printf (_("It can only be restored into an environment of %s."),
                                       facts->backup_app));
}

static MainstayCheck *
check_deployed (const MainstayRestoreFacts *facts)
{
  switch (facts->status)
    {
    case MAINSTAY_ENVIRONMENT_EMPTY:
      return plain_check (MAINSTAY_RESTORE_CHECK_DEPLOYED, MAINSTAY_CHECK_BLOCKED,
                          /* Translators: %s is the name of an environment. */
                          g_strdup_printf (_("Nothing is deployed on %s"), facts->target),
                          g_strdup (_("Deploy a package on it first, then restore.")));
    case MAINSTAY_ENVIRONMENT_STOPPED:
    case MAINSTAY_ENVIRONMENT_RUNNING:
      return plain_check (MAINSTAY_RESTORE_CHECK_DEPLOYED, MAINSTAY_CHECK_OK,
                          /* Translators: %s is the name of an environment. */
                          g_strdup_printf (_("A package is deployed on %s"), facts->target),
                          NULL);
    case MAINSTAY_ENVIRONMENT_UNKNOWN:
    default:
      return plain_check (MAINSTAY_RESTORE_CHECK_DEPLOYED, MAINSTAY_CHECK_UNKNOWN,
                          /* Translators: %s is the name of an environment. */
                          g_strdup_printf (_("Whether anything is deployed on %s is unknown"),
                                           facts->target),
                          g_strdup (_("The portal refuses the restore if nothing is.")));
    }
}

static char *
older_model_detail (const MainstayRestoreFacts *facts)
{
  /* Translators: %1$s and %3$s are model versions as in 1.8.82.253, %2$s is the name of an
   * environment. The first version is the older one. */
  return g_strdup_printf (_("The backup is of model version %1$s, while %2$s has %3$s deployed. "
                            "It can be restored, but then model version %1$s must be deployed "
                            "on %2$s later on."),
                          facts->backup_model, facts->target, facts->target_model);
}

static char *
unknown_order_detail (const MainstayRestoreFacts *facts)
{
  gboolean has_backup = facts->backup_model != NULL && *facts->backup_model != '\0';
  gboolean has_target = facts->target_model != NULL && *facts->target_model != '\0';

  if (has_backup && has_target)
    /* Translators: %1$s and %3$s are model versions, %2$s is the name of an environment. */
    return g_strdup_printf (_("The backup is of model version %1$s, while %2$s has %3$s deployed. "
                              "If the backup’s is the older, it must be deployed on %2$s "
                              "later on."),
                            facts->backup_model, facts->target, facts->target_model);
  if (has_target)
    /* Translators: %1$s is the name of an environment, %2$s a model version. */
    return g_strdup_printf (_("The backup does not say its model version; %1$s has %2$s "
                              "deployed."), facts->target, facts->target_model);
  if (has_backup)
    /* Translators: %1$s is a model version, %2$s the name of an environment. */
    return g_strdup_printf (_("The backup is of model version %1$s; the portal does not say which "
                              "is deployed on %2$s."), facts->backup_model, facts->target);
  return g_strdup (_("Neither the backup nor the portal says a model version."));
}

/* Rule R2: an older model is warned of, and nobody guesses where the order cannot be told. */
static MainstayCheck *
check_model (const MainstayRestoreFacts *facts)
{
  switch (mainstay_version_compare (facts->backup_model, facts->target_model))
    {
    case MAINSTAY_ORDER_SAME:
      return plain_check (MAINSTAY_RESTORE_CHECK_MODEL, MAINSTAY_CHECK_OK,
                          g_strdup (_("The backup is of the deployed model version")),
                          g_strdup (facts->target_model));
    case MAINSTAY_ORDER_OLDER:
      return plain_check (MAINSTAY_RESTORE_CHECK_MODEL, MAINSTAY_CHECK_WARNING,
                          g_strdup (_("The backup is of an older model version")),
                          older_model_detail (facts));
    case MAINSTAY_ORDER_NEWER:
      return plain_check (MAINSTAY_RESTORE_CHECK_MODEL, MAINSTAY_CHECK_NOTE,
                          g_strdup (_("The backup is of a newer model version")),
                          /* Translators: %1$s and %3$s are model versions, %2$s is the name of an
                           * environment. */
                          g_strdup_printf (_("The backup is of model version %1$s, while %2$s has "
                                             "%3$s deployed."),
                                           facts->backup_model, facts->target,
                                           facts->target_model));
    case MAINSTAY_ORDER_UNKNOWN:
    default:
      return plain_check (MAINSTAY_RESTORE_CHECK_MODEL, MAINSTAY_CHECK_UNKNOWN,
                          g_strdup (_("Which model version is older is unknown")),
                          unknown_order_detail (facts));
    }
}

static MainstayCheck *
check_files (const MainstayRestoreFacts *facts)
{
  if (!facts->database_only)
    return NULL;
  return plain_check (MAINSTAY_RESTORE_CHECK_FILES, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("The uploaded files stay as they are")),
                      /* Translators: %s is the name of an environment. */
                      g_strdup_printf (_("Only the database is restored. It may name files that "
                                         "%s does not have."), facts->target));
}

static MainstayCheck *
check_safety (const MainstayRestoreFacts *facts)
{
  if (facts->safety_backup)
    return NULL;
  return plain_check (MAINSTAY_RESTORE_CHECK_SAFETY, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("No safety backup is made")),
                      /* Translators: %s is the name of an environment. */
                      g_strdup_printf (_("What %s holds now cannot be brought back."),
                                       facts->target));
}

static void
add (GPtrArray     *checks,
     MainstayCheck *check)
{
  if (check != NULL)
    g_ptr_array_add (checks, check);
}

/**
 * mainstay_restore_checks_new:
 * @facts: what is known
 *
 * Works out rules R1 to R6 (portal-api.md, part 5) before anything is touched.
 *
 * Returns: (transfer full) (element-type MainstayCheck): the checks, in the order of
 *   #MainstayRestoreCheckId; those with nothing to say are left out
 */
GPtrArray *
mainstay_restore_checks_new (const MainstayRestoreFacts *facts)
{
  GPtrArray *checks = mainstay_checks_new ();

  add (checks, mainstay_target_check_answer (MAINSTAY_RESTORE_CHECK_ANSWER, facts->target,
                                             facts->asking, facts->ask_failure));
  add (checks, check_backup (facts));
  add (checks, check_app (facts));
  add (checks, check_deployed (facts));
  add (checks, mainstay_target_check_stopped (MAINSTAY_RESTORE_CHECK_STOPPED, facts->target,
                                              facts->status, facts->stopping,
                                              facts->stop_failure));
  add (checks, mainstay_target_check_idle (MAINSTAY_RESTORE_CHECK_IDLE, facts->target,
                                           facts->busy));
  if (facts->status != MAINSTAY_ENVIRONMENT_EMPTY)
    add (checks, check_model (facts));
  add (checks, check_files (facts));
  add (checks, check_safety (facts));
  return checks;
}
