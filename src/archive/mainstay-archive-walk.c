/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-archive"

#include "mainstay-archive-walk.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "mainstay-error.h"
#include "mainstay-zip-directory.h"

#define TAR_BLOCK 512
#define TAR_END (2 * TAR_BLOCK)
/* As much as libarchive may have asked for and not used. */
#define ZIP_KEPT (128 * 1024)

/* In progress. */
typedef struct
{
  MainstayByteSource *source;            /* borrowed */
  const MainstayArchiveVisitor *visitor; /* borrowed */
  gpointer user_data;                    /* borrowed */
  MainstayArchiveTotals *totals;         /* borrowed */
  struct archive *archive;               /* owned */
  GArray *uuids;                         /* owned: MAINSTAY_UUID_BYTES each, in their order */
  GError *source_error;                  /* owned */
  MainstayZipTally met;
  gint64 members;
  gint64 max_members;
  gint64 taken;                          /* bytes given to libarchive */
  size_t lent;                           /* of a zip file, those of them still kept */
  gint64 data_end;                       /* offset behind the last byte that is not zero */
  gboolean ended;                        /* libarchive was told that there is no more */
  gboolean is_zip;
  gboolean has_metadata;
} Walk;

static gboolean
refuse (Walk           *self,
        MainstayError   code,
        const char     *reason,
        struct archive_entry *entry,
        GError        **error)
{
  const char *name = archive_entry_pathname (entry);
  g_autofree char *shown = NULL;

  if (name == NULL)
    name = archive_entry_pathname_utf8 (entry);
  shown = name != NULL ? mainstay_entry_name_escape (name, strlen (name)) : g_strdup ("?");
  g_set_error (error, MAINSTAY_ERROR, code, "The entry “%s” %s", shown, reason);
  return FALSE;
}

/* libarchive says in words alone whether the end is missing or the middle is broken, and has none
 * where the end comes instead of the next entry. */
static gboolean
is_cut (Walk       *self,
        const char *text)
{
  return text != NULL ? strstr (text, "runcated") != NULL : self->ended;
}

static gboolean
fail (Walk    *self,
      GError **error)
{
  const char *text = archive_error_string (self->archive);
  g_autofree char *shown = NULL;

  if (self->source_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->source_error));
      return FALSE;
    }
  if (is_cut (self, text))
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The archive ends too early");
      return FALSE;
    }
  /* The words can hold a name from the archive. */
  if (text == NULL)
    text = "it cannot be read";
  shown = mainstay_entry_name_escape (text, strlen (text));
  if (g_str_has_prefix (text, "Unsupported ZIP compression"))
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                 "The zip file is compressed in a way that cannot be read: %s", shown);
  else
    g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                 "The archive is damaged: %s", shown);
  return FALSE;
}

static void
note_data_end (Walk         *self,
               const guint8 *bytes,
               size_t        length)
{
  size_t end = length;

  while (end > 0 && bytes[end - 1] == 0)
    end--;
  if (end > 0)
    self->data_end = self->taken + (gint64) end;
  self->taken += (gint64) length;
}

/* libarchive does not say what of the bytes it used, so of a zip file the last ones are kept: its
 * directory begins somewhere in them. */
static gboolean
take_zip_bytes (Walk          *self,
                const guint8 **bytes,
                size_t        *length,
                GError       **error)
{
  size_t used = self->lent - MIN (self->lent, ZIP_KEPT);

  mainstay_byte_source_skip (self->source, used);
  self->lent -= used;
  if (!mainstay_byte_source_peek (self->source, MAINSTAY_BYTE_SOURCE_CHUNK, bytes, length, error))
    return FALSE;
  *bytes += self->lent;
  *length -= self->lent;
  self->lent += *length;
  return TRUE;
}

static gboolean
take_bytes (Walk          *self,
            const guint8 **bytes,
            size_t        *length,
            GError       **error)
{
  if (self->is_zip ? !take_zip_bytes (self, bytes, length, error)
                   : !mainstay_byte_source_take (self->source, bytes, length, error))
    return FALSE;
  note_data_end (self, *bytes, *length);
  self->ended = *length == 0;
  return TRUE;
}

static la_ssize_t
bytes_wanted_cb (struct archive  *archive,
                 void            *user_data,
                 const void     **buffer)
{
  Walk *self = user_data;
  const guint8 *bytes;
  size_t length;

  if (self->source_error != NULL || !take_bytes (self, &bytes, &length, &self->source_error))
    {
      archive_set_error (archive, EIO, "The source failed");
      return ARCHIVE_FATAL;
    }
  *buffer = bytes;
  return (la_ssize_t) length;
}

/* Runs out what libarchive left, counting it as well. */
static gboolean
drain (Walk    *self,
       GError **error)
{
  const guint8 *bytes;
  size_t length;

  do
    {
      if (!mainstay_byte_source_take (self->source, &bytes, &length, error))
        return FALSE;
      note_data_end (self, bytes, length);
    }
  while (length > 0);
  return TRUE;
}

static gboolean
is_link (struct archive_entry *entry)
{
  return archive_entry_hardlink (entry) != NULL || archive_entry_hardlink_utf8 (entry) != NULL ||
         archive_entry_hardlink_w (entry) != NULL || archive_entry_filetype (entry) == AE_IFLNK;
}

static gboolean
read_name (Walk                  *self,
           struct archive_entry  *entry,
           MainstayEntryName     *name,
           GError               **error)
{
  mode_t type = archive_entry_filetype (entry);
  const char *text = archive_entry_pathname (entry);

  if (is_link (entry))
    return refuse (self, MAINSTAY_ERROR_UNSAFE_PATH, "is a link", entry, error);
  if (type != AE_IFREG && type != AE_IFDIR)
    return refuse (self, MAINSTAY_ERROR_UNSAFE_PATH, "is neither a file nor a folder", entry,
                   error);
  /* Only a name that the locale cannot express has none; ASCII always has. */
  if (text == NULL)
    return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is nothing that a backup holds", entry,
                   error);
  return mainstay_entry_name_parse (text, strlen (text), type == AE_IFDIR, name, error);
}

static gboolean
check_file (Walk                     *self,
            struct archive_entry     *entry,
            const MainstayEntryName  *name,
            GError                  **error)
{
  guint8 uuid[MAINSTAY_UUID_BYTES];

  if (self->totals->files_count > 0 && self->totals->under_tree != name->under_tree)
    return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP,
                   "does not lie where the files before it do", entry, error);
  self->totals->under_tree = name->under_tree;
  self->totals->files_count++;
  mainstay_entry_uuid_parse (name->uuid, uuid);
  g_array_append_val (self->uuids, uuid);
  return TRUE;
}

/* Whether the archive may hold this once more. */
static gboolean
check_kind (Walk                     *self,
            struct archive_entry     *entry,
            const MainstayEntryName  *name,
            GError                  **error)
{
  switch (name->kind)
    {
    case MAINSTAY_ENTRY_METADATA:
      if (self->has_metadata)
        return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is there twice", entry, error);
      if (archive_entry_size_is_set (entry) &&
          archive_entry_size (entry) > MAINSTAY_ARCHIVE_MAX_METADATA)
        return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is far too large", entry, error);
      self->has_metadata = TRUE;
      return TRUE;
    case MAINSTAY_ENTRY_DUMP:
      if (self->is_zip)
        return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP,
                       "does not belong in a zip file, which holds uploaded files alone", entry,
                       error);
      if (self->totals->dump_size >= 0)
        return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is there twice", entry, error);
      self->totals->dump_size = 0;
      return TRUE;
    case MAINSTAY_ENTRY_FILE:
      return check_file (self, entry, name, error);
    case MAINSTAY_ENTRY_FOLDER:
    default:
      return TRUE;
    }
}

static gboolean
count_bytes (Walk                        *self,
             struct archive_entry        *raw,
             const MainstayArchiveEntry  *entry,
             size_t                       length,
             GError                     **error)
{
  if (entry->name.kind == MAINSTAY_ENTRY_FILE)
    self->totals->files_size += (gint64) length;
  else if (entry->name.kind == MAINSTAY_ENTRY_DUMP)
    self->totals->dump_size += (gint64) length;
  else if (entry->name.kind == MAINSTAY_ENTRY_FOLDER && length > 0)
    return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is a folder with data", raw, error);
  return TRUE;
}

static gboolean
visit_bytes (Walk                        *self,
             const MainstayArchiveEntry  *entry,
             const guint8                *bytes,
             size_t                       length,
             GError                     **error)
{
  return entry->name.kind == MAINSTAY_ENTRY_FOLDER || self->visitor->bytes == NULL ||
         self->visitor->bytes (entry, bytes, length, self->user_data, error);
}

/* Reading to the end of the entry is also what proves a zip entry's CRC-32. */
static gboolean
read_data (Walk                        *self,
           struct archive_entry        *raw,
           const MainstayArchiveEntry  *entry,
           GError                     **error)
{
  gint64 done = 0;

  for (;;)
    {
      const void *bytes = NULL;
      size_t length = 0;
      la_int64_t offset = 0;
      int result = archive_read_data_block (self->archive, &bytes, &length, &offset);

      if (result == ARCHIVE_EOF)
        break;
      if (result != ARCHIVE_OK)
        return fail (self, error);
      /* A hole costs no bytes in the archive and may be of any size on the disk. */
      if (length > 0 && offset != done)
        return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is sparse", raw, error);
      done += (gint64) length;
      if (!count_bytes (self, raw, entry, length, error) ||
          !visit_bytes (self, entry, bytes, length, error))
        return FALSE;
    }
  if (entry->size >= 0 && done != entry->size)
    return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "has not the length it claims", raw, error);
  mainstay_zip_tally_add (&self->met, &entry->name, done);
  return TRUE;
}

static gboolean
walk_entry (Walk                  *self,
            struct archive_entry  *raw,
            GError               **error)
{
  MainstayArchiveEntry entry = { .size = -1, .modified = -1 };

  if (++self->members > self->max_members)
    {
      g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                   "The archive has more than %" G_GINT64_FORMAT " entries", self->max_members);
      return FALSE;
    }
  if (!read_name (self, raw, &entry.name, error))
    return FALSE;
  if (archive_entry_is_encrypted (raw))
    return refuse (self, MAINSTAY_ERROR_NOT_A_BACKUP, "is protected by a password", raw, error);
  if (!check_kind (self, raw, &entry.name, error))
    return FALSE;
  if (archive_entry_size_is_set (raw))
    entry.size = archive_entry_size (raw);
  if (archive_entry_mtime_is_set (raw))
    entry.modified = archive_entry_mtime (raw);
  if (entry.name.kind == MAINSTAY_ENTRY_FOLDER)
    return read_data (self, raw, &entry, error);
  self->totals->entries++;
  return (self->visitor->begin == NULL ||
          self->visitor->begin (&entry, self->user_data, error)) &&
         read_data (self, raw, &entry, error) &&
         (self->visitor->end == NULL || self->visitor->end (&entry, self->user_data, error));
}

static gboolean
walk_entries (Walk    *self,
              GError **error)
{
  for (;;)
    {
      struct archive_entry *entry;
      int result = archive_read_next_header (self->archive, &entry);

      if (result == ARCHIVE_EOF)
        return TRUE;
      /* A warning is of an owner's name or an attribute, which nobody uses here. */
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        return fail (self, error);
      if (!walk_entry (self, entry, error))
        return FALSE;
    }
}

/* libarchive takes the mere end of the bytes for the end of a tar file. The blocks of zeros must
 * begin where it stopped looking for entries, so that zeros in the last file do not count. */
static gboolean
check_tar_end (Walk    *self,
               GError **error)
{
  gint64 end = archive_read_header_position (self->archive);

  if (!drain (self, error))
    return FALSE;
  if (self->data_end > end)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "Something else follows the end of the tar archive");
      return FALSE;
    }
  if (self->taken - end < TAR_END)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_TRUNCATED,
                           "The tar archive ends without its end mark");
      return FALSE;
    }
  return TRUE;
}

/* What libarchive has not used must still be here. */
static gboolean
check_zip_end (Walk    *self,
               GError **error)
{
  gint64 end = archive_read_header_position (self->archive);
  gint64 kept_from = self->taken - (gint64) self->lent;

  if (end < kept_from || end > self->taken)
    {
      g_set_error_literal (error, MAINSTAY_ERROR, MAINSTAY_ERROR_DAMAGED,
                           "The zip file's directory cannot be found");
      return FALSE;
    }
  mainstay_byte_source_skip (self->source, (size_t) (end - kept_from));
  return mainstay_zip_directory_check (self->source, end, &self->met, error);
}

static int
compare_uuids (const void *a,
               const void *b)
{
  return memcmp (a, b, MAINSTAY_UUID_BYTES);
}

/* Sixteen bytes for each file are what this costs; a table that finds it sooner costs five times
 * as much. */
static gboolean
check_duplicates (Walk    *self,
                  GError **error)
{
  const guint8 *uuids;

  g_array_sort (self->uuids, compare_uuids);
  uuids = (const guint8 *) self->uuids->data;
  for (unsigned int i = 1; i < self->uuids->len; i++)
    {
      const guint8 *uuid = uuids + (size_t) i * MAINSTAY_UUID_BYTES;

      if (compare_uuids (uuid - MAINSTAY_UUID_BYTES, uuid) == 0)
        {
          g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_NOT_A_BACKUP,
                       "The file %02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
                       "%02x%02x%02x%02x%02x%02x is there twice",
                       uuid[0], uuid[1], uuid[2], uuid[3], uuid[4], uuid[5], uuid[6], uuid[7],
                       uuid[8], uuid[9], uuid[10], uuid[11], uuid[12], uuid[13], uuid[14],
                       uuid[15]);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
walk_all (Walk    *self,
          GError **error)
{
  if (self->is_zip)
    archive_read_support_format_zip_streamable (self->archive);
  else
    archive_read_support_format_tar (self->archive);
  if (archive_read_open2 (self->archive, self, NULL, bytes_wanted_cb, NULL, NULL) != ARCHIVE_OK)
    return fail (self, error);
  return walk_entries (self, error) &&
         (self->is_zip ? check_zip_end (self, error) : check_tar_end (self, error)) &&
         check_duplicates (self, error);
}

/**
 * mainstay_archive_walk:
 * @stream: a tar, tar.gz or zip file from its first byte
 * @max_entries: the most entries it may have, folders counted
 * @visitor: who gets what it holds
 * @user_data: for @visitor
 * @totals: (out): what it held
 * @error: where to put an error
 *
 * Reads it once from end to end. Only names that a backup may hold reach @visitor, and none twice
 * when it keeps count of the UUIDs or makes files exclusively.
 *
 * Returns: whether it is whole and nothing but a backup
 */
gboolean
mainstay_archive_walk (MainstayBackupStream          *stream,
                       gint64                         max_entries,
                       const MainstayArchiveVisitor  *visitor,
                       gpointer                       user_data,
                       MainstayArchiveTotals         *totals,
                       GError                       **error)
{
  Walk self = {
    .source = stream->content,
    .visitor = visitor,
    .user_data = user_data,
    .totals = totals,
    .max_members = max_entries,
    .is_zip = stream->format == MAINSTAY_FORMAT_ZIP,
  };
  gboolean whole;

  *totals = (MainstayArchiveTotals) { .dump_size = -1 };
  self.archive = archive_read_new ();
  if (self.archive == NULL)
    g_error ("Out of memory");
  self.uuids = g_array_new (FALSE, FALSE, MAINSTAY_UUID_BYTES);
  whole = walk_all (&self, error);
  archive_read_free (self.archive);
  g_array_unref (self.uuids);
  g_clear_error (&self.source_error);
  return whole;
}
