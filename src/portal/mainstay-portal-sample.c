/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-sample.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mainstay-portal-environments.h"
#include "mainstay-portal-private.h"
#include "mainstay-portal-retention.h"
#include "mainstay-time.h"

#define DAY_MS (24 * 60 * 60 * (gint64) 1000)
#define MINUTE_MS (60 * (gint64) 1000)
#define STEP_MS 870
#define JOB_TIMEOUT_MS 30000
#define USER_NAME "sample@mainstay.example"

/* The past, oldest last: what of it lies before an app's first day is left out. */
static const struct
{
  const char *app_id;
  const char *name;
  const char *mode;
  gboolean is_production;
  gboolean is_running;
  int n_files;
  int nightly_since; /* days ago */
  int nightly_until; /* days ago, excluded */
} environments[] = {
  { "harbour-logistics", "Harbour Logistics", "Production", TRUE, TRUE, 150, 64, 0 },
  { "harbour-logistics", "Harbour Logistics", "Acceptance", FALSE, FALSE, 80, 23, 4 },
  { "harbour-logistics", "Harbour Logistics", "Test", FALSE, TRUE, 60, 6, 0 },
  { "shift-planner", "Shift Planner", "Production", TRUE, TRUE, 40, 5, 0 },
  { "shift-planner", "Shift Planner", "Acceptance", FALSE, FALSE, 24, 0, 0 },
};

enum { HARBOUR_PRODUCTION, HARBOUR_ACCEPTANCE, HARBOUR_TEST, CREW_PRODUCTION, CREW_ACCEPTANCE };

static const struct
{
  const char *app_id;
  int days_ago;
  const char *version;
  const char *description;
  const char *creator;
} packages[] = {
  { "harbour-logistics", 96, "2.1.0.418", "Customs documents with the shipment", "Anna de Vries" },
  { "harbour-logistics", 58, "2.2.0.507", "Containers in more than one shipment", "Jonas Weber" },
  { "harbour-logistics", 27, "2.3.0.612", "Invoices in three currencies", "Anna de Vries" },
  { "harbour-logistics", 12, "2.4.0.655", "Planning board for berths", "Priya Nair" },
  { "harbour-logistics", 2, "2.5.0.713", "Faster search for shipments", "Jonas Weber" },
  { "shift-planner", 75, "1.8.82.e3c1a393", "Shifts across midnight", "Priya Nair" },
  { "shift-planner", 9, "1.8.82.b07d4f12", "Certificates with an end date", "Priya Nair" },
};

/* What people did. With a version it is a deployment, with `fails` a backup that fails. */
static const struct
{
  int environment;
  int days_ago;
  int minute; /* of the day */
  const char *by;
  const char *text;
  const char *version;
  gboolean fails;
} deeds[] = {
  { HARBOUR_PRODUCTION, 95, 560, "Anna de Vries", NULL, "2.1.0.418", FALSE },
  { HARBOUR_PRODUCTION, 57, 1010, "Anna de Vries", "Before model 2.2", NULL, FALSE },
  { HARBOUR_PRODUCTION, 57, 1025, "Jonas Weber", NULL, "2.2.0.507", FALSE },
  { HARBOUR_PRODUCTION, 31, 700, "Priya Nair", "Quarter closed", NULL, FALSE },
  { HARBOUR_PRODUCTION, 20, 995, "Anna de Vries", "Before model 2.3", NULL, FALSE },
  { HARBOUR_PRODUCTION, 20, 1010, "Anna de Vries", NULL, "2.3.0.612", FALSE },
  { HARBOUR_PRODUCTION, 3, 832, "Jonas Weber", "Before the import of new customers", NULL, TRUE },
  { HARBOUR_PRODUCTION, 3, 840, "Jonas Weber", "Before the import of new customers", NULL, FALSE },
  { HARBOUR_PRODUCTION, 1, 905, "Priya Nair", "For the auditors", NULL, FALSE },
  { HARBOUR_ACCEPTANCE, 26, 600, "Anna de Vries", NULL, "2.3.0.612", FALSE },
  { HARBOUR_ACCEPTANCE, 11, 640, "Priya Nair", "Accepted model 2.3", NULL, FALSE },
  { HARBOUR_ACCEPTANCE, 11, 655, "Priya Nair", NULL, "2.4.0.655", FALSE },
  { HARBOUR_ACCEPTANCE, 4, 945, "Anna de Vries", "Test data of the acceptance round", NULL, FALSE },
  { HARBOUR_TEST, 12, 500, "Jonas Weber", NULL, "2.4.0.655", FALSE },
  { HARBOUR_TEST, 2, 530, "Jonas Weber", "Old data model", NULL, FALSE },
  { HARBOUR_TEST, 2, 545, "Jonas Weber", NULL, "2.5.0.713", FALSE },
  { CREW_PRODUCTION, 40, 480, "Priya Nair", NULL, "1.8.82.e3c1a393", FALSE },
  { CREW_PRODUCTION, 8, 615, "Priya Nair", "Before certificates", NULL, FALSE },
  { CREW_ACCEPTANCE, 9, 620, "Priya Nair", NULL, "1.8.82.b07d4f12", FALSE },
  { CREW_ACCEPTANCE, 7, 700, "Priya Nair", NULL, NULL, FALSE },
};

typedef struct
{
  gint64 at;
  int environment;
  int deed; /* -1 for an automatic backup */
} Event;

typedef struct
{
  MainstayPortal *portal;
  const char *server; /* (nullable) */
  gint64 today; /* the last midnight in UTC */
  GTimeZone *zone; /* UTC */
  GMutex lock;
  gint64 clock;
  MainstayPortalEnvironment *environments[G_N_ELEMENTS (environments)];
  GPtrArray *databases; /* owned URIs of those that were made on the server */
} Sample;

/* Each look at the clock takes a little time, so that jobs last as long as in life. */
static gint64
read_clock (gpointer user_data)
{
  Sample *self = user_data;
  gint64 now;

  g_mutex_lock (&self->lock);
  now = self->clock;
  self->clock += STEP_MS;
  g_mutex_unlock (&self->lock);
  return now;
}

static void
set_clock (Sample *self,
           gint64  at)
{
  g_mutex_lock (&self->lock);
  self->clock = at;
  g_mutex_unlock (&self->lock);
}

static int
compare_events (gconstpointer a,
                gconstpointer b)
{
  gint64 at_a = ((const Event *) a)->at, at_b = ((const Event *) b)->at;

  return at_a < at_b ? -1 : at_a > at_b;
}

static int
get_minute (int environment)
{
  return 60 + 7 * environment;
}

/* Only those that would still be kept today: the others would be made to be removed. */
static void
add_nights (Sample *self,
            GArray *events,
            int     environment)
{
  for (int days = environments[environment].nightly_since;
       days > environments[environment].nightly_until; days--)
    {
      const Event event = { self->today - (days - 1) * DAY_MS +
                              get_minute (environment) * MINUTE_MS, environment, -1 };
      const char *type = mainstay_portal_retention_type (self->zone, event.at);

      if (event.at < mainstay_time_now () - MINUTE_MS &&
          mainstay_portal_retention_expiry (type, event.at) > mainstay_time_now ())
        g_array_append_val (events, event);
    }
}

static GArray *
plan (Sample *self)
{
  g_autoptr(GArray) events = g_array_new (FALSE, FALSE, sizeof (Event));

  for (size_t i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      const Event event = { self->today - deeds[i].days_ago * DAY_MS +
                              deeds[i].minute * MINUTE_MS, deeds[i].environment, (int) i };

      g_array_append_val (events, event);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    add_nights (self, events, (int) i);
  g_array_sort (events, compare_events);
  return g_steal_pointer (&events);
}

static gboolean
set_status (Sample                     *self,
            int                         environment,
            MainstayEnvironmentStatus   status,
            GError                    **error)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, error);
  g_autoptr(MainstayPortalEnvironment) now =
    tx != NULL ? mainstay_portal_read_again (tx, self->environments[environment], error) : NULL;

  if (now == NULL)
    return FALSE;
  now->status = status;
  return mainstay_portal_store_put_environment (tx, now, error) &&
         mainstay_portal_transaction_commit (tx, error);
}

static char *
find_package (Sample      *self,
              const char  *project_id,
              const char  *version,
              GError     **error)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_read (self->portal->database, error);
  g_autoptr(GPtrArray) list =
    tx != NULL ? mainstay_portal_store_list_packages (tx, project_id, error) : NULL;

  for (unsigned int i = 0; list != NULL && i < list->len; i++)
    {
      MainstayPortalPackage *package = g_ptr_array_index (list, i);

      if (g_strcmp0 (package->version, version) == 0)
        return g_strdup (package->id);
    }
  return NULL;
}

static gboolean
deploy (Sample                    *self,
        const MainstayPortalUser  *user,
        int                        environment,
        const char                *version,
        GError                   **error)
{
  g_autofree char *id =
    find_package (self, self->environments[environment]->project_id, version, error);
  g_autoptr(MainstayPortalPackage) package = NULL;

  if (id == NULL || !set_status (self, environment, MAINSTAY_ENVIRONMENT_STOPPED, error))
    return FALSE;
  package = mainstay_portal_transport (self->portal, user, self->environments[environment], id,
                                       error);
  return package != NULL && set_status (self, environment, MAINSTAY_ENVIRONMENT_RUNNING, error);
}

/* A path or a URI. */
static char *
dup_database (Sample *self,
              int     environment)
{
  const char *uri = self->environments[environment]->database_uri;

  return self->server != NULL ? g_strdup (uri)
                              : mainstay_portal_resolve (self->portal, uri + strlen ("sqlite:"));
}

/* A disk or a server that is away for a moment. */
static gboolean
hide_database (Sample    *self,
               int        environment,
               gboolean   is_hidden,
               GError   **error)
{
  g_autofree char *database = dup_database (self, environment);
  g_autofree char *aside = g_strconcat (database, ".aside", NULL);

  if (self->server != NULL)
    return mainstay_portal_sample_hide_database (database, is_hidden, error);
  return g_rename (is_hidden ? database : aside, is_hidden ? aside : database) == 0;
}

static gboolean
back_up (Sample                    *self,
         const MainstayPortalUser  *user,
         int                        environment,
         const char                *comment,
         const char                *type,
         gboolean                   fails,
         GError                   **error)
{
  g_autoptr(MainstayPortalSnapshot) snapshot = NULL;

  if (fails && !hide_database (self, environment, TRUE, error))
    return FALSE;
  snapshot = mainstay_portal_create_snapshot (self->portal, user, self->environments[environment],
                                              comment, type, error);
  if (snapshot != NULL && !mainstay_portal_wait (self->portal, JOB_TIMEOUT_MS))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TIMED_OUT,
                           "A sample backup took too long");
      return FALSE;
    }
  return (!fails || hide_database (self, environment, FALSE, error)) && snapshot != NULL;
}

static gboolean
run_event (Sample       *self,
           const Event  *event,
           GError      **error)
{
  g_autofree char *database = dup_database (self, event->environment);
  g_autofree char *files =
    mainstay_portal_resolve (self->portal, self->environments[event->environment]->files_path);
  MainstayPortalUser user = { NULL };

  set_clock (self, event->at);
  if (event->deed < 0)
    return mainstay_portal_sample_work (database, files, (guint32) (event->at / DAY_MS), error) &&
           back_up (self, NULL, event->environment, NULL,
                    mainstay_portal_retention_type (self->zone, event->at), FALSE, error);
  user.display_name = (char *) deeds[event->deed].by;
  if (deeds[event->deed].version != NULL)
    return deploy (self, &user, event->environment, deeds[event->deed].version, error);
  return mainstay_portal_sample_work (database, files, (guint32) event->deed, error) &&
         back_up (self, &user, event->environment, deeds[event->deed].text, NULL,
                  deeds[event->deed].fails, error);
}

static gboolean
add_app (MainstayPortalTransaction  *tx,
         const char                 *app_id,
         const char                 *name,
         MainstayPortalApp         **app,
         GError                    **error)
{
  g_autoptr(MainstayPortalApp) new_app = NULL;

  *app = mainstay_portal_store_get_app (tx, app_id, error);
  if (*app != NULL)
    return TRUE;
  new_app = g_new0 (MainstayPortalApp, 1);
  new_app->project_id = g_uuid_string_random ();
  new_app->app_id = g_strdup (app_id);
  new_app->name = g_strdup (name);
  new_app->url = g_strdup_printf ("https://%s.example.com", app_id);
  if (!mainstay_portal_store_add_app (tx, new_app, error))
    return FALSE;
  *app = g_steal_pointer (&new_app);
  return TRUE;
}

static gboolean
make_database (Sample                     *self,
               MainstayPortalEnvironment  *environment,
               GError                    **error)
{
  char *uri = mainstay_portal_sample_make_database (self->server, environment->app_id,
                                                    environment->mode, error);

  if (uri == NULL)
    return FALSE;
  g_clear_pointer (&environment->database_uri, g_free);
  environment->database_uri = uri;
  g_ptr_array_add (self->databases, g_strdup (uri));
  return TRUE;
}

/* The time of day at which its past nights were, for those to come. */
static gboolean
add_schedule (MainstayPortalTransaction  *tx,
              int                         index,
              const char                 *environment_id,
              GError                    **error)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr(MainstayPortalNightly) nightly = g_new0 (MainstayPortalNightly, 1);

  nightly->environment_id = g_strdup (environment_id);
  nightly->zone = g_strdup ("UTC");
  mainstay_portal_schedule_set (&nightly->schedule, get_minute (index), zone, mainstay_time_now ());
  return mainstay_portal_store_put_nightly (tx, nightly, error);
}

static gboolean
add_environment (Sample                     *self,
                 MainstayPortalTransaction  *tx,
                 size_t                      index,
                 const char                 *user_id,
                 GError                    **error)
{
  static const char *const services[] = { "ShipmentTracking", "InvoiceExport", NULL };
  g_autoptr(MainstayPortalApp) app = NULL;
  g_autoptr(MainstayPortalEnvironment) environment = NULL;

  if (!add_app (tx, environments[index].app_id, environments[index].name, &app, error))
    return FALSE;
  environment = mainstay_portal_environment_new (app, environments[index].mode);
  environment->production = environments[index].is_production;
  environment->mendix_version = g_strdup ("9.24.18");
  if (index == HARBOUR_PRODUCTION)
    {
      g_clear_pointer (&environment->published_services, g_strfreev);
      environment->published_services = g_strdupv ((char **) services);
    }
  if ((self->server != NULL && !make_database (self, environment, error)) ||
      !mainstay_portal_environment_prepare (environment, self->portal->directory, error) ||
      !mainstay_portal_store_add_environment (tx, environment, error) ||
      !mainstay_portal_store_set_rights (tx, user_id, environment->id,
                                         MAINSTAY_PORTAL_RIGHT_API | MAINSTAY_PORTAL_RIGHT_BACKUPS |
                                           MAINSTAY_PORTAL_RIGHT_TRANSPORT, error) ||
      !add_schedule (tx, (int) index, environment->id, error))
    return FALSE;
  self->environments[index] = g_steal_pointer (&environment);
  return TRUE;
}

static gboolean
add_package (Sample                     *self,
             MainstayPortalTransaction  *tx,
             size_t                      index,
             GError                    **error)
{
  g_autoptr(MainstayPortalApp) app =
    mainstay_portal_store_get_app (tx, packages[index].app_id, error);
  g_autoptr(MainstayPortalPackage) package = NULL;

  if (app == NULL)
    return FALSE;
  package = g_new0 (MainstayPortalPackage, 1);
  package->id = g_uuid_string_random ();
  package->project_id = g_strdup (app->project_id);
  package->name = g_strdup_printf ("%s_%s.mda", app->name, packages[index].version);
  package->description = g_strdup (packages[index].description);
  package->version = g_strdup (packages[index].version);
  package->mendix_version = g_strdup ("9.24.18");
  package->creator = g_strdup (packages[index].creator);
  package->status = g_strdup ("Succeeded");
  package->created_at = self->today - packages[index].days_ago * DAY_MS + 520 * MINUTE_MS;
  package->size = 48210944 + (gint64) index * 913408;
  return mainstay_portal_store_add_package (tx, package, error);
}

static gboolean
add_records (Sample   *self,
             char    **key,
             GError  **error)
{
  g_autoptr(MainstayPortalTransaction) tx =
    mainstay_portal_database_write (self->portal->database, error);
  g_autofree char *user_id =
    tx != NULL ? mainstay_portal_store_add_user (tx, USER_NAME, "Sam Porter", key, error) : NULL;

  if (user_id == NULL)
    return FALSE;
  /* In the order in which people read them: Test first. */
  for (size_t i = G_N_ELEMENTS (environments); i > 0; i--)
    if (!add_environment (self, tx, (i + 2) % G_N_ELEMENTS (environments), user_id, error))
      return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (packages); i++)
    if (!add_package (self, tx, i, error))
      return FALSE;
  return mainstay_portal_transaction_commit (tx, error);
}

static gboolean
fill (Sample   *self,
      GError  **error)
{
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autofree char *database = dup_database (self, (int) i);
      g_autofree char *files =
        mainstay_portal_resolve (self->portal, self->environments[i]->files_path);

      if (!mainstay_portal_sample_fill (database, files, environments[i].n_files,
                                        (guint32) (7 + i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
live_through (Sample   *self,
              GError  **error)
{
  g_autoptr(GArray) events = plan (self);

  for (unsigned int i = 0; i < events->len; i++)
    if (!run_event (self, &g_array_index (events, Event, i), error))
      return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    if (!environments[i].is_running &&
        !set_status (self, (int) i, MAINSTAY_ENVIRONMENT_STOPPED, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_empty (const char  *directory,
             GError     **error)
{
  g_autoptr(GDir) dir = g_dir_open (directory, 0, NULL);

  if ((dir == NULL && !g_file_test (directory, G_FILE_TEST_EXISTS)) ||
      (dir != NULL && g_dir_read_name (dir) == NULL))
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_EXISTS, "“%s” is not an empty folder",
               directory);
  return FALSE;
}

static void
drop_databases (Sample *self)
{
  for (unsigned int i = 0; i < self->databases->len; i++)
    mainstay_portal_sample_drop_database (g_ptr_array_index (self->databases, i));
}

gboolean
mainstay_portal_sample_make (const char  *data_directory,
                             const char  *server,
                             char       **user_name,
                             char       **key,
                             GError     **error)
{
  g_autoptr(MainstayPortal) portal = NULL;
  g_autoptr(GPtrArray) databases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc ();
  Sample self = { .today = mainstay_time_now () / DAY_MS * DAY_MS };
  gboolean ok;

  if (!check_empty (data_directory, error))
    return FALSE;
  portal = mainstay_portal_open (data_directory, MAINSTAY_PORTAL_RELAXED_SYNC, error);
  if (portal == NULL)
    return FALSE;
  self.portal = portal;
  self.server = server;
  self.zone = zone;
  self.databases = databases;
  g_mutex_init (&self.lock);
  mainstay_portal_database_set_clock (portal->database, read_clock, &self);
  ok = add_records (&self, key, error) && fill (&self, error) && live_through (&self, error);
  mainstay_portal_shutdown (portal);
  mainstay_portal_database_set_clock (portal->database, NULL, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (environments); i++)
    g_clear_pointer (&self.environments[i], mainstay_portal_environment_free);
  g_mutex_clear (&self.lock);
  if (ok)
    *user_name = g_strdup (USER_NAME);
  else
    drop_databases (&self);
  return ok;
}
