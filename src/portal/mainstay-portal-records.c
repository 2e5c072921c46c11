/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-records.h"

/** mainstay_portal_user_free: @self: (nullable): a record of one's own */
void
mainstay_portal_user_free (MainstayPortalUser *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->display_name, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_app_free: @self: (nullable): a record of one's own */
void
mainstay_portal_app_free (MainstayPortalApp *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->project_id, g_free);
  g_clear_pointer (&self->app_id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_environment_free: @self: (nullable): a record of one's own */
void
mainstay_portal_environment_free (MainstayPortalEnvironment *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->project_id, g_free);
  g_clear_pointer (&self->app_id, g_free);
  g_clear_pointer (&self->mode, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->package_id, g_free);
  g_clear_pointer (&self->model_version, g_free);
  g_clear_pointer (&self->data_model_version, g_free);
  g_clear_pointer (&self->mendix_version, g_free);
  g_clear_pointer (&self->published_services, g_strfreev);
  g_clear_pointer (&self->database_uri, g_free);
  g_clear_pointer (&self->files_path, g_free);
  g_clear_pointer (&self->package_path, g_free);
  g_clear_pointer (&self->start_command, g_free);
  g_clear_pointer (&self->stop_command, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_snapshot_free: @self: (nullable): a record of one's own */
void
mainstay_portal_snapshot_free (MainstayPortalSnapshot *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->comment, g_free);
  g_clear_pointer (&self->model_version, g_free);
  g_clear_pointer (&self->created_by, g_free);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_archive_free: @self: (nullable): a record of one's own */
void
mainstay_portal_archive_free (MainstayPortalArchive *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->snapshot_id, g_free);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->data_type, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->file_name, g_free);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_restore_free: @self: (nullable): a record of one's own */
void
mainstay_portal_restore_free (MainstayPortalRestore *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->source_snapshot_id, g_free);
  g_clear_pointer (&self->source_environment_id, g_free);
  g_clear_pointer (&self->target_environment_id, g_free);
  g_clear_pointer (&self->created_by, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_data_upload_free: @self: (nullable): a record of one's own */
void
mainstay_portal_data_upload_free (MainstayPortalDataUpload *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self->database_upload_id, g_free);
  g_clear_pointer (&self->files_upload_id, g_free);
  g_clear_pointer (&self->created_by, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_switch_free: @self: (nullable): a record of one's own */
void
mainstay_portal_switch_free (MainstayPortalSwitch *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->status_message, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_package_free: @self: (nullable): a record of one's own */
void
mainstay_portal_package_free (MainstayPortalPackage *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->project_id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->mendix_version, g_free);
  g_clear_pointer (&self->creator, g_free);
  g_clear_pointer (&self->status, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_upload_free: @self: (nullable): a record of one's own */
void
mainstay_portal_upload_free (MainstayPortalUpload *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->user_id, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->file_name, g_free);
  g_clear_pointer (&self->metadata, g_free);
  g_clear_pointer (&self, g_free);
}

/** mainstay_portal_activity_free: @self: (nullable): a record of one's own */
void
mainstay_portal_activity_free (MainstayPortalActivity *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->environment_id, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->by, g_free);
  g_clear_pointer (&self->snapshot_id, g_free);
  g_clear_pointer (&self, g_free);
}
