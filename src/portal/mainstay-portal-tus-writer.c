/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-disk.h"
#include "mainstay-portal-files.h"
#include "mainstay-portal-tus-checksum.h"
#include "mainstay-portal-tus.h"

/* So much, or what came in so long, may be lost when the machine goes down in the middle of a
 * body. */
#define COMMIT_STEP (G_GINT64_CONSTANT (64) * 1024 * 1024)
#define COMMIT_INTERVAL (2 * G_USEC_PER_SEC)

/* So often is the disk set to work while more arrives, so that it has little left to do when what
 * it has must be durable. */
#define WRITE_BACK_STEP (G_GINT64_CONSTANT (8) * 1024 * 1024)

/* What is on its way to the disk before the oldest of it is waited for. */
#define MOST_CACHED (G_GINT64_CONSTANT (32) * 1024 * 1024)

#define STATUS_CHECKSUM_MISMATCH 460

struct _MainstayPortalTusWriter
{
  MainstayPortal *portal;       /* borrowed */
  MainstayPortalUpload *upload; /* owned; its offset is what is durable */
  char *lock;                   /* owned; the file's path, NULL when not held */
  char *location;               /* owned; of an upload made by this request */
  int fd;
  gint64 position;              /* where the next byte goes */
  gint64 committed_at;          /* monotonic, microseconds */
  gint64 written_back;          /* up to here the disk was set to work */
  gint64 released;              /* up to here memory was given back */
  MainstayPortalTusChecksum *checksum; /* owned, nullable */
};

/* Paths of the uploads that are being written to. Of the program, not of a server: a path is one
 * upload of one data folder. */
G_LOCK_DEFINE_STATIC (locks);
static GHashTable *locks;

static gboolean
lock_path (const char *path)
{
  gboolean is_free;

  G_LOCK (locks);
  if (locks == NULL)
    locks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  is_free = !g_hash_table_contains (locks, path);
  if (is_free)
    g_hash_table_add (locks, g_strdup (path));
  G_UNLOCK (locks);
  return is_free;
}

static void
unlock_path (const char *path)
{
  G_LOCK (locks);
  g_hash_table_remove (locks, path);
  G_UNLOCK (locks);
}

/** mainstay_portal_tus_is_locked: Returns: whether a request is writing to the upload */
gboolean
mainstay_portal_tus_is_locked (MainstayPortal *portal,
                               const char     *upload_id)
{
  g_autofree char *path = mainstay_portal_dup_upload_path (portal, upload_id);
  gboolean is_locked;

  G_LOCK (locks);
  is_locked = locks != NULL && g_hash_table_contains (locks, path);
  G_UNLOCK (locks);
  return is_locked;
}

static gboolean
fail_errno (GError **error)
{
  int code = errno;

  g_message ("An upload could not be written: %s", g_strerror (code));
  g_set_error_literal (error, MAINSTAY_ERROR,
                       code == ENOSPC || code == EDQUOT ? MAINSTAY_ERROR_NO_SPACE
                                                        : MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                       "The upload cannot be written now");
  return FALSE;
}

/* Bytes behind the durable ones are of a body that broke off with the machine. */
static gboolean
open_file (MainstayPortalTusWriter  *self,
           const char               *path,
           GError                  **error)
{
  struct stat info;

  self->fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0 || fstat (self->fd, &info) != 0)
    return fail_errno (error);
  if (info.st_size < self->upload->offset)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_SERVICE_UNAVAILABLE,
                           "The upload's file is damaged: start a new upload");
      return FALSE;
    }
  if (ftruncate (self->fd, self->upload->offset) != 0)
    return fail_errno (error);
  /* A file whose name is lost with the power is lost with all that was synced. */
  return self->upload->offset > 0 || mainstay_portal_sync_parent (path, error);
}

/* The record was read before the lock was had: another request may have come and gone between. */
static gboolean
is_current (MainstayPortalTusWriter  *self,
            MainstayPortalCall       *call,
            GError                  **error)
{
  g_autoptr(MainstayPortalUpload) upload = NULL;

  upload = mainstay_portal_get_upload (call->portal, call->user, self->upload->id, error);
  return upload != NULL && upload->offset == self->upload->offset;
}

/**
 * mainstay_portal_tus_writer_new:
 * @call: a checked call
 * @upload: (transfer full): the upload's record
 * @error: where to put what keeps the file from being written; nothing when another request does
 *
 * Returns: (transfer full) (nullable): a writer
 */
MainstayPortalTusWriter *
mainstay_portal_tus_writer_new (MainstayPortalCall    *call,
                                MainstayPortalUpload  *upload,
                                GError               **error)
{
  g_autofree char *path = mainstay_portal_dup_upload_path (call->portal, upload->id);
  MainstayPortalTusWriter *self = g_new0 (MainstayPortalTusWriter, 1);

  self->portal = call->portal;
  self->upload = upload;
  self->position = upload->offset;
  self->written_back = upload->offset;
  self->released = upload->offset;
  self->committed_at = g_get_monotonic_time ();
  self->fd = -1;
  if (lock_path (path))
    self->lock = g_strdup (path);
  if (self->lock == NULL || !is_current (self, call, error) || !open_file (self, path, error))
    g_clear_pointer (&self, mainstay_portal_tus_writer_free);
  return self;
}

/**
 * mainstay_portal_tus_writer_set_checksum:
 * @self: a writer
 * @header: (nullable): `Upload-Checksum`
 * @error: where to put %MAINSTAY_ERROR_INVALID_PARAMETERS
 *
 * Returns: whether the header is absent or understood
 */
gboolean
mainstay_portal_tus_writer_set_checksum (MainstayPortalTusWriter  *self,
                                         const char               *header,
                                         GError                  **error)
{
  if (header != NULL)
    self->checksum = mainstay_portal_tus_checksum_new (header, error);
  return header == NULL || self->checksum != NULL;
}

/** mainstay_portal_tus_writer_set_location: makes the answer that of a creation */
void
mainstay_portal_tus_writer_set_location (MainstayPortalTusWriter *self,
                                         const char              *location)
{
  g_clear_pointer (&self->location, g_free);
  self->location = g_strdup (location);
}

/* Makes what was written durable, and only then says so. */
static gboolean
commit (MainstayPortalTusWriter  *self,
        GError                  **error)
{
  if (fdatasync (self->fd) != 0)
    return fail_errno (error);
  if (!mainstay_portal_set_upload_offset (self->portal, self->upload->id, self->position, -1,
                                          error))
    return FALSE;
  self->upload->offset = self->position;
  self->written_back = self->position;
  mainstay_disk_release (self->fd, self->released, self->position - self->released);
  self->released = self->position;
  self->committed_at = g_get_monotonic_time ();
  return TRUE;
}

/* What is to be proven has to come whole first. */
static gboolean
must_commit (MainstayPortalTusWriter *self)
{
  gint64 fresh = self->position - self->upload->offset;

  return self->checksum == NULL && fresh > 0 &&
         (fresh >= COMMIT_STEP ||
          g_get_monotonic_time () - self->committed_at >= COMMIT_INTERVAL);
}

static void
write_back (MainstayPortalTusWriter *self)
{
  if (self->position - self->written_back < WRITE_BACK_STEP)
    return;
  mainstay_disk_push (self->fd, self->written_back, self->position - self->written_back);
  self->written_back = self->position;
  if (self->written_back - self->released < MOST_CACHED)
    return;
  mainstay_disk_release (self->fd, self->released, WRITE_BACK_STEP);
  self->released += WRITE_BACK_STEP;
}

static void
discard (MainstayPortalTusWriter *self)
{
  self->position = self->upload->offset;
  self->written_back = self->position;
  self->released = self->position;
  if (ftruncate (self->fd, self->position) != 0)
    g_message ("An upload could not be cut back: %s", g_strerror (errno));
}

static gboolean
write_all (MainstayPortalTusWriter  *self,
           const guint8             *bytes,
           size_t                    length,
           GError                  **error)
{
  while (length > 0)
    {
      ssize_t n = pwrite (self->fd, bytes, length, self->position);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_errno (error);
      self->position += n;
      bytes += n;
      length -= (size_t) n;
    }
  return TRUE;
}

static gboolean
take (MainstayPortalTusWriter  *self,
      const GByteArray         *bytes,
      GError                  **error)
{
  if (bytes->len > self->upload->length - self->position)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE,
                           "The body is longer than the upload");
      return FALSE;
    }
  if (self->checksum != NULL)
    mainstay_portal_tus_checksum_update (self->checksum, bytes->data, bytes->len);
  return write_all (self, bytes->data, bytes->len, error);
}

static MainstayPortalAnswer *
answer_failure (const GError *error)
{
  MainstayPortalAnswer *answer;

  if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TOO_LARGE))
    answer = mainstay_portal_answer_new_error (SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
                                               "INVALID_PARAMETERS", error->message);
  else if (g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE))
    answer = mainstay_portal_answer_new_error (SOUP_STATUS_INSUFFICIENT_STORAGE,
                                               "SERVICE_UNAVAILABLE",
                                               "The portal has no room for this upload");
  else
    answer = mainstay_portal_answer_new_for_error (error);
  mainstay_portal_tus_decorate (answer);
  return answer;
}

/* A disk that is full keeps what it has taken, as far as that needs no proof; a body that is too
 * long is wrong as a whole. */
static void
give_up (MainstayPortalTusWriter *self,
         const GError            *error)
{
  if (self->checksum != NULL || !g_error_matches (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NO_SPACE) ||
      !commit (self, NULL))
    discard (self);
}

/** mainstay_portal_tus_writer_write: */
MainstayPortalAnswer *
mainstay_portal_tus_writer_write (MainstayPortalTusWriter *self,
                                  const GByteArray        *bytes)
{
  g_autoptr(GError) error = NULL;

  if (!take (self, bytes, &error))
    {
      give_up (self, error);
      return answer_failure (error);
    }
  write_back (self);
  if (must_commit (self) && !commit (self, &error))
    return answer_failure (error);
  return NULL;
}

/** mainstay_portal_tus_writer_finish: */
MainstayPortalAnswer *
mainstay_portal_tus_writer_finish (MainstayPortalTusWriter *self)
{
  g_autoptr(GError) error = NULL;
  MainstayPortalAnswer *answer;

  if (self->checksum != NULL && !mainstay_portal_tus_checksum_is_met (self->checksum))
    {
      discard (self);
      answer = mainstay_portal_answer_new_error (STATUS_CHECKSUM_MISMATCH, "INVALID_PARAMETERS",
                                                 "The data does not match its checksum");
      mainstay_portal_tus_decorate (answer);
      return answer;
    }
  if (!commit (self, &error))
    return answer_failure (error);
  answer = mainstay_portal_answer_new (self->location != NULL ? SOUP_STATUS_CREATED
                                                              : SOUP_STATUS_NO_CONTENT);
  if (self->location != NULL)
    mainstay_portal_answer_add_header (answer, "Location", self->location);
  mainstay_portal_tus_add_number (answer, "Upload-Offset", self->upload->offset);
  mainstay_portal_tus_add_expiry (answer, self->upload);
  mainstay_portal_tus_decorate (answer);
  return answer;
}

/** mainstay_portal_tus_writer_abandon: */
void
mainstay_portal_tus_writer_abandon (MainstayPortalTusWriter *self)
{
  g_autoptr(GError) error = NULL;

  if (self->checksum != NULL)
    discard (self);
  else if (!commit (self, &error))
    g_message ("A broken upload could not be kept: %s", error->message);
}

/** mainstay_portal_tus_writer_free: gives the lock back, too */
void
mainstay_portal_tus_writer_free (MainstayPortalTusWriter *self)
{
  if (self->fd >= 0)
    g_close (self->fd, NULL);
  if (self->lock != NULL)
    unlock_path (self->lock);
  g_clear_pointer (&self->lock, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->upload, mainstay_portal_upload_free);
  g_clear_pointer (&self->checksum, mainstay_portal_tus_checksum_free);
  g_free (self);
}
