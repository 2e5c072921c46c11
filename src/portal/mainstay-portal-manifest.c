/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#define G_LOG_DOMAIN "mainstay-portal"

#include "mainstay-portal-manifest.h"

#include <string.h>

#define FIRST_LINE "mainstay-snapshot 2"
#define OLD_FIRST_LINE "mainstay-snapshot 1"
#define CONTENTS_PREFIX "contents "
#define BLOCK_PREFIX "block "
#define FILES_PREFIX MAINSTAY_PORTAL_FILES_NAME "/"
/* In one tree: with this no sum is too large. */
#define MAX_FILES G_MAXUINT32

/* database KIND SIZE DIGEST
 * contents BYTES                 (of a dump whose parts are known)
 * block ENTRY OFFSET BYTES
 * tree XX FILES BYTES DIGEST
 * end TREES DIGEST-OF-ALL-ABOVE */

static const char *const kinds[] = { "whole", "list", NULL };

static void
append_end (GString      *text,
            unsigned int  n_trees)
{
  guint8 digest[MAINSTAY_SHA256_LENGTH];
  g_autofree char *hex = NULL;

  mainstay_sha256_of (text->str, text->len, digest);
  hex = mainstay_sha256_to_hex (digest);
  g_string_append_printf (text, "end %u %s\n", n_trees, hex);
}

static void
append_blocks (GString              *text,
               MainstayPortalBackup *backup)
{
  if (backup->blocks == NULL)
    return;
  g_string_append_printf (text, "contents %" G_GINT64_FORMAT "\n", backup->contents_length);
  for (unsigned int i = 0; i < backup->blocks->len; i++)
    {
      const MainstayDumpBlock *block = &g_array_index (backup->blocks, MainstayDumpBlock, i);

      g_string_append_printf (text, "block %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %"
                              G_GINT64_FORMAT "\n", block->id, block->offset, block->length);
    }
}

char *
mainstay_portal_manifest_to_text (MainstayPortalBackup *backup)
{
  GString *text = g_string_new (FIRST_LINE "\n");
  g_autofree char *database = mainstay_sha256_to_hex (backup->database.digest);

  g_string_append_printf (text, "database %s %" G_GINT64_FORMAT " %s\n",
                          kinds[backup->database.kind], backup->database.size, database);
  append_blocks (text, backup);
  for (unsigned int i = 0; i < backup->trees->len; i++)
    {
      const MainstayPortalTree *tree = &g_array_index (backup->trees, MainstayPortalTree, i);
      g_autofree char *digest = mainstay_sha256_to_hex (tree->digest);

      g_string_append_printf (text, "tree %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n",
                              tree->folder, tree->n_files, tree->size, digest);
    }
  append_end (text, backup->trees->len);
  return g_string_free (text, FALSE);
}

static gboolean
parse_digest (const char *text,
              guint8      *sha256)
{
  if (strlen (text) != 2 * MAINSTAY_SHA256_LENGTH)
    return FALSE;
  for (size_t i = 0; i < MAINSTAY_SHA256_LENGTH; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      sha256[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static gboolean
parse_number (const char *text,
              gint64     *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &value, NULL))
    return FALSE;
  *number = (gint64) value;
  return TRUE;
}

static gboolean
parse_database (const char           *line,
                MainstayPortalBackup *backup)
{
  g_auto(GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) != 4 || strcmp (words[0], "database") != 0 ||
      !g_strv_contains (kinds, words[1]) || !parse_number (words[2], &backup->database.size) ||
      !parse_digest (words[3], backup->database.digest))
    return FALSE;
  backup->database.kind = strcmp (words[1], kinds[MAINSTAY_PORTAL_CONTENT_LIST]) == 0
                            ? MAINSTAY_PORTAL_CONTENT_LIST : MAINSTAY_PORTAL_CONTENT_WHOLE;
  return TRUE;
}

static gboolean
parse_contents (const char           *line,
                MainstayPortalBackup *backup)
{
  const char *number = line + strlen (CONTENTS_PREFIX);

  backup->blocks = g_array_new (FALSE, FALSE, sizeof (MainstayDumpBlock));
  return parse_number (number, &backup->contents_length) &&
         backup->contents_length <= backup->database.size;
}

/* Each behind the one before, and within the dump. */
static gboolean
parse_block (const char           *line,
             MainstayPortalBackup *backup)
{
  g_auto(GStrv) words = g_strsplit (line, " ", -1);
  MainstayDumpBlock block, *last = NULL;

  if (backup->blocks == NULL || g_strv_length (words) != 4 ||
      !parse_number (words[1], &block.id) || !parse_number (words[2], &block.offset) ||
      !parse_number (words[3], &block.length))
    return FALSE;
  if (backup->blocks->len > 0)
    last = &g_array_index (backup->blocks, MainstayDumpBlock, backup->blocks->len - 1);
  if (block.offset < (last != NULL ? last->offset + last->length : backup->contents_length) ||
      block.offset > backup->database.size ||
      block.length > backup->database.size - block.offset)
    return FALSE;
  g_array_append_val (backup->blocks, block);
  return TRUE;
}

static gboolean
parse_tree (const char           *line,
            MainstayPortalBackup *backup)
{
  g_auto(GStrv) words = g_strsplit (line, " ", -1);
  MainstayPortalTree tree = { .folder = "" };

  if (g_strv_length (words) != 5 || strcmp (words[0], "tree") != 0 || strlen (words[1]) != 2 ||
      !parse_number (words[2], &tree.n_files) || !parse_number (words[3], &tree.size) ||
      !parse_digest (words[4], tree.digest) || tree.n_files > MAX_FILES ||
      backup->files_size > G_MAXINT64 - tree.size)
    return FALSE;
  g_strlcpy (tree.folder, words[1], sizeof tree.folder);
  mainstay_portal_backup_add_tree (backup, &tree);
  return TRUE;
}

static gboolean
parse_line (const char           *line,
            gboolean              is_first,
            MainstayPortalBackup *backup)
{
  if (is_first && g_str_has_prefix (line, CONTENTS_PREFIX))
    return parse_contents (line, backup);
  if (backup->trees->len == 0 && g_str_has_prefix (line, BLOCK_PREFIX))
    return parse_block (line, backup);
  return parse_tree (line, backup);
}

/* The digest in the last line is of all before it. */
static gboolean
end_is_right (const char           *text,
              MainstayPortalBackup *backup)
{
  const char *end = g_strrstr (text, "\nend ");
  g_autoptr(GString) expected = NULL;

  if (end == NULL)
    return FALSE;
  expected = g_string_new_len (text, end + 1 - text);
  append_end (expected, backup->trees->len);
  return strcmp (expected->str, text) == 0;
}

gboolean
mainstay_portal_manifest_parse (const char           *text,
                                MainstayPortalBackup *backup)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned int n_lines = g_strv_length (lines);

  if (n_lines < 4 || strcmp (lines[0], FIRST_LINE) != 0 || !parse_database (lines[1], backup))
    return FALSE;
  for (unsigned int i = 2; i + 2 < n_lines; i++)
    if (!parse_line (lines[i], i == 2, backup))
      return FALSE;
  return end_is_right (text, backup);
}

static gboolean
take_old_entry (MainstayPortalBackup *backup,
                const char           *name,
                gint64                size,
                const guint8          *sha256)
{
  MainstayPortalTreeEntry entry = { .kind = MAINSTAY_PORTAL_CONTENT_WHOLE, .size = size };
  const char *rest = name + strlen (FILES_PREFIX);

  if (strcmp (name, MAINSTAY_PORTAL_DUMP_NAME) == 0)
    {
      backup->database.kind = MAINSTAY_PORTAL_CONTENT_WHOLE;
      backup->database.size = size;
      memcpy (backup->database.digest, sha256, sizeof backup->database.digest);
      return TRUE;
    }
  if (!g_str_has_prefix (name, FILES_PREFIX) || backup->files_size > G_MAXINT64 - size ||
      !mainstay_portal_tree_is_name (rest, strlen (rest)))
    return FALSE;
  memcpy (entry.name, rest, sizeof entry.name);
  memcpy (entry.digest, sha256, sizeof entry.digest);
  g_array_append_val (backup->entries, entry);
  backup->files_count++;
  backup->files_size += size;
  return TRUE;
}

static gboolean
parse_old_line (const char           *line,
                MainstayPortalBackup *backup)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 3);
  guint8 sha256[MAINSTAY_SHA256_LENGTH];
  gint64 size;

  return g_strv_length (words) == 3 && parse_digest (words[0], sha256) &&
         parse_number (words[1], &size) && take_old_entry (backup, words[2], size, sha256);
}

gboolean
mainstay_portal_manifest_parse_old (const char           *text,
                                    MainstayPortalBackup *backup)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned int n_lines = g_strv_length (lines);
  g_autofree char *end = NULL;

  if (n_lines < 3 || strcmp (lines[0], OLD_FIRST_LINE) != 0)
    return FALSE;
  for (unsigned int i = 1; i + 2 < n_lines; i++)
    if (!parse_old_line (lines[i], backup))
      return FALSE;
  g_array_sort (backup->entries, mainstay_portal_tree_compare);
  end = g_strdup_printf ("end %u", n_lines - 3);
  return backup->database.size >= 0 && strcmp (lines[n_lines - 2], end) == 0;
}
