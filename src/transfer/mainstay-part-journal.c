/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-transfer"

#include "mainstay-part-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mainstay-error.h"
#include "mainstay-json.h"

#define VERSION 1
#define LARGEST (1024 * 1024)
#define LONGEST_TEXT 1024
#define MOST_RANGES 10000
#define TEMPORARY_LETTERS 6 /* that GLib adds to the name of what it has not renamed yet */

/* The texts, by their names in the file. */
static const struct
{
  const char *name;
  gsize offset;
} texts[] = {
  { "origin", G_STRUCT_OFFSET (MainstayPartJournal, origin) },
  { "project_id", G_STRUCT_OFFSET (MainstayPartJournal, project_id) },
  { "environment_id", G_STRUCT_OFFSET (MainstayPartJournal, environment_id) },
  { "backup_id", G_STRUCT_OFFSET (MainstayPartJournal, backup_id) },
  { "data_type", G_STRUCT_OFFSET (MainstayPartJournal, data_type) },
  { "archive_id", G_STRUCT_OFFSET (MainstayPartJournal, archive_id) },
  { "etag", G_STRUCT_OFFSET (MainstayPartJournal, etag) },
  { "last_modified", G_STRUCT_OFFSET (MainstayPartJournal, last_modified) },
  { "repr_digest", G_STRUCT_OFFSET (MainstayPartJournal, repr_digest) },
};

static char **
text_of (MainstayPartJournal *self,
         gsize                index)
{
  return &G_STRUCT_MEMBER (char *, self, texts[index].offset);
}

/** mainstay_part_journal_new: Returns: (transfer full): one that knows nothing */
MainstayPartJournal *
mainstay_part_journal_new (void)
{
  MainstayPartJournal *self = g_new0 (MainstayPartJournal, 1);

  self->length = -1;
  self->verifies = TRUE;
  self->done = mainstay_range_set_new ();
  return self;
}

/** mainstay_part_journal_copy: Returns: (transfer full): the same */
MainstayPartJournal *
mainstay_part_journal_copy (MainstayPartJournal *self)
{
  MainstayPartJournal *copy = g_memdup2 (self, sizeof *self);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *text_of (copy, i) = g_strdup (*text_of (self, i));
  copy->done = mainstay_range_set_copy (self->done);
  return copy;
}

void
mainstay_part_journal_free (MainstayPartJournal *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (text_of (self, i), g_free);
  g_clear_pointer (&self->done, mainstay_range_set_free);
  g_clear_pointer (&self, g_free);
}

void
mainstay_part_journal_reset (MainstayPartJournal *self)
{
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->last_modified, g_free);
  g_clear_pointer (&self->repr_digest, g_free);
  self->length = -1;
  self->inode = 0;
  mainstay_range_set_clear (self->done);
}

gboolean
mainstay_part_journal_same_backup (MainstayPartJournal *self,
                                   MainstayPartJournal *other)
{
  return g_strcmp0 (self->project_id, other->project_id) == 0 &&
         g_strcmp0 (self->environment_id, other->environment_id) == 0 &&
         g_strcmp0 (self->backup_id, other->backup_id) == 0 &&
         g_strcmp0 (self->data_type, other->data_type) == 0;
}

static gboolean
set_bad (GError     **error,
         const char  *reason)
{
  g_set_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_BAD_ANSWER,
               "The journal of an unfinished transfer cannot be used: %s", reason);
  return FALSE;
}

/* Some of these become headers of a request again. */
static gboolean
is_plain_text (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  return strlen (text) <= LONGEST_TEXT;
}

static gboolean
read_texts (MainstayPartJournal  *self,
            JsonObject           *object,
            GError              **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = mainstay_json_get_string (object, texts[i].name);

      if (text != NULL && !is_plain_text (text))
        return set_bad (error, texts[i].name);
      *text_of (self, i) = g_strdup (text);
    }
  return TRUE;
}

/* FALSE unless it is a number of bytes. */
static gboolean
read_offset (JsonArray    *pair,
             unsigned int  index,
             gint64       *offset)
{
  JsonNode *node = json_array_get_element (pair, index);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *offset = json_node_get_int (node);
  /* A number that is too large is the largest one to newer JSON-GLibs, and negative to older. */
  return *offset >= 0 && *offset < G_MAXINT64;
}

static gboolean
read_ranges (MainstayPartJournal  *self,
             JsonObject           *object,
             GError              **error)
{
  JsonArray *array = mainstay_json_get_array (object, "done");
  gint64 reached = -1;

  if (array == NULL || json_array_get_length (array) > MOST_RANGES)
    return set_bad (error, "done");
  for (unsigned int i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      gint64 begin;
      gint64 end;

      if (pair == NULL || json_array_get_length (pair) != 2 || !read_offset (pair, 0, &begin) ||
          !read_offset (pair, 1, &end) || begin <= reached || end <= begin ||
          (self->length >= 0 && end > self->length))
        return set_bad (error, "done");
      mainstay_range_set_add (self->done, begin, end);
      reached = end;
    }
  return TRUE;
}

/**
 * mainstay_part_journal_parse:
 * @text: what a journal holds; foreign as far as anybody can tell
 * @length: its bytes
 * @error: where to put %MAINSTAY_ERROR_BAD_ANSWER
 *
 * Returns: (transfer full): the journal
 */
MainstayPartJournal *
mainstay_part_journal_parse (const char  *text,
                             gsize        length,
                             GError     **error)
{
  g_autoptr(MainstayPartJournal) self = mainstay_part_journal_new ();
  g_autoptr(JsonNode) root = NULL;
  JsonObject *object;

  if (length == 0 || length > LARGEST)
    {
      set_bad (error, "size");
      return NULL;
    }
  root = mainstay_json_parse (text, (gssize) length, error);
  if (root == NULL)
    return NULL;
  object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (object == NULL || mainstay_json_get_int (object, "version", -1) != VERSION)
    {
      set_bad (error, "version");
      return NULL;
    }
  self->length = MAX (mainstay_json_get_int (object, "length", -1), -1);
  self->inode = MAX (mainstay_json_get_int (object, "inode", 0), 0);
  self->verifies = g_strcmp0 (mainstay_json_get_string (object, "verification"), "none") != 0;
  self->replaces = mainstay_json_get_boolean (object, "replaces", FALSE);
  if (!read_texts (self, object, error) || !read_ranges (self, object, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
add_ranges (JsonBuilder      *builder,
            MainstayRangeSet *set)
{
  json_builder_set_member_name (builder, "done");
  json_builder_begin_array (builder);
  /* What is left out of a hopelessly torn part is fetched again. */
  for (unsigned int i = 0; i < MIN (mainstay_range_set_get_n (set), MOST_RANGES); i++)
    {
      const MainstayRange *range = mainstay_range_set_get (set, i);

      json_builder_begin_array (builder);
      json_builder_add_int_value (builder, range->begin);
      json_builder_add_int_value (builder, range->end);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
}

/** mainstay_part_journal_to_text: Returns: (transfer full): what the file holds */
char *
mainstay_part_journal_to_text (MainstayPartJournal *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, VERSION);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (*text_of (self, i) != NULL && is_plain_text (*text_of (self, i)))
      {
        json_builder_set_member_name (builder, texts[i].name);
        json_builder_add_string_value (builder, *text_of (self, i));
      }
  json_builder_set_member_name (builder, "length");
  json_builder_add_int_value (builder, self->length);
  if (self->inode > 0)
    {
      json_builder_set_member_name (builder, "inode");
      json_builder_add_int_value (builder, self->inode);
    }
  json_builder_set_member_name (builder, "verification");
  json_builder_add_string_value (builder, self->verifies ? "structure" : "none");
  json_builder_set_member_name (builder, "replaces");
  json_builder_add_boolean_value (builder, self->replaces);
  add_ranges (builder, self->done);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return mainstay_json_to_text (root);
}

/** mainstay_part_journal_get_path: Returns: (transfer full): where the journal of a part lies */
char *
mainstay_part_journal_get_path (const char *part_path)
{
  return g_strconcat (part_path, ".journal", NULL);
}

static void
set_disk_error (GError     **error,
                int          number,
                const char  *path)
{
  g_set_error (error, MAINSTAY_ERROR,
               number == ENOSPC || number == EDQUOT ? MAINSTAY_ERROR_NO_SPACE
                                                    : MAINSTAY_ERROR_FAILED,
               "%s: %s", path, g_strerror (number));
}

/* Gives errno. */
static int
read_all (int         fd,
          GByteArray *bytes)
{
  guint8 buffer[4096];
  ssize_t length;

  do
    {
      length = read (fd, buffer, sizeof buffer);
      if (length > 0)
        g_byte_array_append (bytes, buffer, (guint) length);
    }
  while (bytes->len <= LARGEST && (length > 0 || (length < 0 && errno == EINTR)));
  return length < 0 ? errno : 0;
}

/**
 * mainstay_part_journal_load:
 * @path: where it lies
 * @error: where to put an error
 *
 * Returns: (transfer full): the journal
 */
MainstayPartJournal *
mainstay_part_journal_load (const char  *path,
                            GError     **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  struct stat found;
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int number = fd < 0 ? errno : 0;

  if (number == 0)
    {
      number = fstat (fd, &found) == 0 && S_ISREG (found.st_mode) ? read_all (fd, bytes) : EINVAL;
      close (fd);
    }
  if (number != 0)
    {
      set_disk_error (error, number, path);
      return NULL;
    }
  return mainstay_part_journal_parse ((const char *) bytes->data, bytes->len, error);
}

/**
 * mainstay_part_journal_save:
 * @self: a journal, whose bytes are on the disk
 * @path: where it lies
 * @error: where to put an error
 *
 * Returns: whether it has been written; what was there before stays otherwise
 */
gboolean
mainstay_part_journal_save (MainstayPartJournal  *self,
                            const char           *path,
                            GError              **error)
{
  g_autofree char *text = mainstay_part_journal_to_text (self);
  g_autoptr(GError) file_error = NULL;

  if (g_file_set_contents_full (path, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &file_error))
    return TRUE;
  g_set_error (error, MAINSTAY_ERROR,
               g_error_matches (file_error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                 ? MAINSTAY_ERROR_NO_SPACE : MAINSTAY_ERROR_FAILED,
               "%s", file_error->message);
  return FALSE;
}

/**
 * mainstay_part_journal_remove:
 * @path: where it lies
 *
 * And with it what a program that was killed while it wrote has left beside it.
 */
void
mainstay_part_journal_remove (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *prefix = g_strconcat (base, ".", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  unlink (path);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && strlen (name) == strlen (prefix) + TEMPORARY_LETTERS)
      {
        g_autofree char *left = g_build_filename (folder, name, NULL);

        unlink (left);
      }
}
