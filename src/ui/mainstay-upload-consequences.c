/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-upload-consequences.h"

#include <glib/gi18n.h>

#include "mainstay-target-checks.h"

static MainstayCheck *
consequence (MainstayUploadConsequenceId  id,
             MainstayCheckState           state,
             char                        *title,
             char                        *detail)
{
  return mainstay_check_new (id, state, MAINSTAY_CHECK_ACTION_NONE, title, detail);
}

static char *
describe_package (const MainstayUploadFacts *facts)
{
  gboolean has_name = facts->package_name != NULL && *facts->package_name != '\0';
  gboolean has_version = facts->package_version != NULL && *facts->package_version != '\0';

  if (has_name && has_version)
    /* Translators: %1$s is the name of a deployment package, %2$s its version. */
    return g_strdup_printf (_("%1$s, version %2$s"), facts->package_name, facts->package_version);
  if (has_version)
    /* Translators: %s is the version of a deployment package. */
    return g_strdup_printf (_("Version %s"), facts->package_version);
  if (has_name)
    return g_strdup (facts->package_name);
  return g_strdup (_("The portal does not say which one is deployed."));
}

static MainstayCheck *
remove_package (const MainstayUploadFacts *facts)
{
  if (facts->status == MAINSTAY_ENVIRONMENT_EMPTY)
    return consequence (MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_NOTE,
                        g_strdup (_("No deployment package has to be removed")),
                        /* Translators: %s is the name of an environment. */
                        g_strdup_printf (_("Nothing is deployed on %s."), facts->target));
  return consequence (MAINSTAY_UPLOAD_REMOVES_PACKAGE, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("The deployment package is removed")),
                      describe_package (facts));
}

static gboolean
is_chosen (MainstayUploadFileState state)
{
  return state != MAINSTAY_UPLOAD_FILE_NONE;
}

/* Rule U4: cleared completely, also when only one of the two kinds comes in. */
static MainstayCheck *
remove_database (const MainstayUploadFacts *facts)
{
  char *detail;

  if (is_chosen (facts->database))
    detail = g_strdup (_("The uploaded one takes its place."));
  else
    /* Translators: %s is the name of an environment. */
    detail = g_strdup_printf (_("No database is uploaded: that of %s will be empty."),
                              facts->target);
  return consequence (MAINSTAY_UPLOAD_REMOVES_DATABASE, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("The database is removed")), detail);
}

static MainstayCheck *
remove_files (const MainstayUploadFacts *facts)
{
  char *detail;

  if (is_chosen (facts->files))
    detail = g_strdup (_("Those of the archive take their place."));
  else
    /* Translators: %s is the name of an environment. */
    detail = g_strdup_printf (_("No files are uploaded: %s will have none."), facts->target);
  return consequence (MAINSTAY_UPLOAD_REMOVES_FILES, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("All uploaded files are removed")), detail);
}

static char *
join_services (const char *const *services)
{
  /* Translators: between the names in a list, as in "Orders, Customers". */
  return g_strjoinv (_(", "), (char **) services);
}

static MainstayCheck *
unpublish (const MainstayUploadFacts *facts)
{
  gboolean has_names = facts->services != NULL && facts->services[0] != NULL;

  if (!facts->production)
    return NULL;
  if (has_names)
    return consequence (MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_WARNING,
                        g_strdup (_("Published AppServices are unpublished")),
                        join_services (facts->services));
  if (facts->services_known)
    return consequence (MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_NOTE,
                        g_strdup (_("No AppServices have to be unpublished")),
                        /* Translators: %s is the name of an environment. */
                        g_strdup_printf (_("%s publishes none."), facts->target));
  return consequence (MAINSTAY_UPLOAD_UNPUBLISHES, MAINSTAY_CHECK_WARNING,
                      g_strdup (_("Published AppServices are unpublished")),
                      g_strdup (_("The portal does not say which ones there are.")));
}

static void
add (GPtrArray     *checks,
     MainstayCheck *check)
{
  if (check != NULL)
    g_ptr_array_add (checks, check);
}

/**
 * mainstay_upload_consequences_new:
 * @facts: what is known
 *
 * Rules U3 to U5 and U7 (portal-api.md, part 5), said for this one environment.
 *
 * Returns: (transfer full) (element-type MainstayCheck): what the upload does to the environment
 */
GPtrArray *
mainstay_upload_consequences_new (const MainstayUploadFacts *facts)
{
  GPtrArray *checks = mainstay_checks_new ();

  add (checks, remove_package (facts));
  add (checks, remove_database (facts));
  add (checks, remove_files (facts));
  add (checks, unpublish (facts));
  add (checks, consequence (MAINSTAY_UPLOAD_ADDS_NO_BACKUP, MAINSTAY_CHECK_NOTE,
                            g_strdup (_("Nothing is added to the list of backups")),
                            g_strdup (_("What is removed can only be brought back from a backup "
                                        "made before."))));
  add (checks, consequence (MAINSTAY_UPLOAD_NEEDS_PACKAGE, MAINSTAY_CHECK_NOTE,
                            g_strdup (_("A package must be deployed afterwards")),
                            /* Translators: %s is the name of an environment. */
                            g_strdup_printf (_("The app on %s cannot start before that."),
                                             facts->target)));
  return checks;
}

static MainstayCheck *
check_files (const MainstayUploadFacts *facts)
{
  if (facts->database == MAINSTAY_UPLOAD_FILE_REFUSED ||
      facts->files == MAINSTAY_UPLOAD_FILE_REFUSED)
    return mainstay_check_new (MAINSTAY_UPLOAD_CHECK_FILES, MAINSTAY_CHECK_BLOCKED,
                               MAINSTAY_CHECK_ACTION_NONE,
                               g_strdup (_("A chosen file cannot be uploaded")),
                               g_strdup (_("Choose another one, or clear it.")));
  if (facts->database == MAINSTAY_UPLOAD_FILE_INSPECTING ||
      facts->files == MAINSTAY_UPLOAD_FILE_INSPECTING)
    return mainstay_check_new (MAINSTAY_UPLOAD_CHECK_FILES, MAINSTAY_CHECK_WAITING,
                               MAINSTAY_CHECK_ACTION_NONE,
                               g_strdup (_("The chosen files are being looked into…")), NULL);
  if (!is_chosen (facts->database) && !is_chosen (facts->files))
    return mainstay_check_new (MAINSTAY_UPLOAD_CHECK_FILES, MAINSTAY_CHECK_BLOCKED,
                               MAINSTAY_CHECK_ACTION_NONE,
                               g_strdup (_("No file is chosen")),
                               g_strdup (_("Choose a database, an archive of uploaded files, "
                                           "or both.")));
  return mainstay_check_new (MAINSTAY_UPLOAD_CHECK_FILES, MAINSTAY_CHECK_OK,
                             MAINSTAY_CHECK_ACTION_NONE,
                             g_strdup (_("The chosen files can be uploaded")), NULL);
}

/**
 * mainstay_upload_checks_new:
 * @facts: what is known
 *
 * Returns: (transfer full) (element-type MainstayCheck): what must be so before it can begin
 */
GPtrArray *
mainstay_upload_checks_new (const MainstayUploadFacts *facts)
{
  GPtrArray *checks = mainstay_checks_new ();

  add (checks, mainstay_target_check_answer (MAINSTAY_UPLOAD_CHECK_ANSWER, facts->target,
                                             facts->asking, facts->ask_failure));
  add (checks, mainstay_target_check_stopped (MAINSTAY_UPLOAD_CHECK_STOPPED, facts->target,
                                              facts->status, facts->stopping,
                                              facts->stop_failure));
  add (checks, mainstay_target_check_idle (MAINSTAY_UPLOAD_CHECK_IDLE, facts->target,
                                           facts->busy));
  add (checks, check_files (facts));
  return checks;
}
