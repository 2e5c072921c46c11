/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-entry-name.h"

#include <string.h>

#include "mainstay-error.h"

#define UUID "0a1b2c3d-0000-4000-8000-00000000000a"
#define UPPER "0A1B2C3D-0000-4000-8000-00000000000A"

typedef struct
{
  const char *name;
  gboolean is_folder;
  MainstayEntryKind kind;
  gboolean under_tree;
} GoodName;

static const GoodName good_names[] = {
  { ".metadata", FALSE, MAINSTAY_ENTRY_METADATA, FALSE },
  { "./.metadata", FALSE, MAINSTAY_ENTRY_METADATA, FALSE },
  { "db/db.backup", FALSE, MAINSTAY_ENTRY_DUMP, FALSE },
  { "./db/db.backup", FALSE, MAINSTAY_ENTRY_DUMP, FALSE },
  { "tree/0a/1b/" UUID, FALSE, MAINSTAY_ENTRY_FILE, TRUE },
  { "./tree/0a/1b/" UUID, FALSE, MAINSTAY_ENTRY_FILE, TRUE },
  { "0a/1b/" UUID, FALSE, MAINSTAY_ENTRY_FILE, FALSE },
  { "./0a/1b/" UUID, FALSE, MAINSTAY_ENTRY_FILE, FALSE },
  { "tree/0A/1b/" UPPER, FALSE, MAINSTAY_ENTRY_FILE, TRUE },
  { ".", TRUE, MAINSTAY_ENTRY_FOLDER, FALSE },
  { "./", TRUE, MAINSTAY_ENTRY_FOLDER, FALSE },
  { "db/", TRUE, MAINSTAY_ENTRY_FOLDER, FALSE },
  { "tree", TRUE, MAINSTAY_ENTRY_FOLDER, TRUE },
  { "tree/", TRUE, MAINSTAY_ENTRY_FOLDER, TRUE },
  { "tree/0a/", TRUE, MAINSTAY_ENTRY_FOLDER, TRUE },
  { "tree/0a/1b/", TRUE, MAINSTAY_ENTRY_FOLDER, TRUE },
  { "0a/1b", TRUE, MAINSTAY_ENTRY_FOLDER, FALSE },
};

static void
test_good (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (good_names); i++)
    {
      const GoodName *name = &good_names[i];
      MainstayEntryName parsed;
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", name->name);
      g_assert_true (mainstay_entry_name_parse (name->name, strlen (name->name), name->is_folder,
                                                &parsed, &error));
      g_assert_no_error (error);
      g_assert_cmpint (parsed.kind, ==, name->kind);
      g_assert_cmpint (parsed.under_tree, ==, name->under_tree);
      g_assert_cmpstr (parsed.uuid, ==, name->kind == MAINSTAY_ENTRY_FILE ? UUID : "");
    }
}

typedef struct
{
  const char *name;
  gboolean is_folder;
  MainstayError code;
} BadName;

static const BadName bad_names[] = {
  { "/etc/passwd", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "//tree/0a/1b/" UUID, FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "..", TRUE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "../tree/0a/1b/" UUID, FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "tree/../0a/1b/" UUID, FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "tree/0a/1b/..", TRUE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "tree\\0a\\1b\\" UUID, FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "..\\..\\x", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "C:/x", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "tree/0a/1b/" UUID "\n", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "tree/0a/1b/\x1b[31m", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "\x7f", FALSE, MAINSTAY_ERROR_UNSAFE_PATH },
  { "", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "", TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { ".", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "./", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "././.metadata", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "db/db.backup/", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "db/db.backup", TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "db//db.backup", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "db.backup", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { ".metadata", TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/.metadata", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "readme.txt", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "__MACOSX/", TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1c/" UUID, FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0b/1b/" UUID, FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/0a1b2c3d-0000-4000-8000-00000000000", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/" UUID "0", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/0a1b2c3d00000-4000-8000-00000000000a", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/0a1b2c3g-0000-4000-8000-00000000000a", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/" UUID "/x", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/1b/" UUID, TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/tree/0a/1b/" UUID, FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/" UUID, FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree//0a/1b/" UUID, FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "a/b/c/d/e/f/g/h", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tree/0a/zz", TRUE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "tr\xc3\xa9" "e/x", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
  { "\xff\xfe", FALSE, MAINSTAY_ERROR_NOT_A_BACKUP },
};

static void
assert_clean (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    g_assert_true (g_unichar_isprint (g_utf8_get_char (c)));
}

static void
test_bad (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bad_names); i++)
    {
      const BadName *name = &bad_names[i];
      g_autofree char *shown = mainstay_entry_name_escape (name->name, strlen (name->name));
      MainstayEntryName parsed;
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", shown);
      g_assert_false (mainstay_entry_name_parse (name->name, strlen (name->name),
                                                 name->is_folder, &parsed, &error));
      g_assert_error (error, MAINSTAY_ERROR, (int) name->code);
      g_assert_nonnull (strstr (error->message, shown));
      assert_clean (error->message);
    }
}

static void
test_zero_byte (void)
{
  static const char name[] = "tree/0a/1b/" UUID "\0.exe";
  MainstayEntryName parsed;
  g_autoptr(GError) error = NULL;

  g_assert_false (mainstay_entry_name_parse (name, sizeof name - 1, FALSE, &parsed, &error));
  g_assert_error (error, MAINSTAY_ERROR, MAINSTAY_ERROR_UNSAFE_PATH);
  g_assert_nonnull (strstr (error->message, "\\x00.exe"));
}

/* Nothing is read behind the name. */
static void
test_exact_bytes (void)
{
  static const char whole[] = "tree/0a/1b/" UUID;

  for (size_t length = 0; length < sizeof whole; length++)
    {
      g_autofree char *copy = g_memdup2 (whole, length);
      MainstayEntryName parsed;

      g_assert_cmpint (mainstay_entry_name_parse (copy != NULL ? copy : "", length, FALSE,
                                                  &parsed, NULL), ==, length == sizeof whole - 1);
    }
}

static void
test_escape (void)
{
  static const struct
  {
    const char *name;
    const char *shown;
  } cases[] = {
    { "plain", "plain" },
    { "a\\b", "a\\\\b" },
    { "a\nb\x1b", "a\\x0a" "b\\x1b" },
    { "caf\xc3\xa9", "café" },
    { "\xff", "\\xff" },
    { "gpj.\xe2\x80\xae" "exe", "gpj.\\u{202e}exe" },
    { "\xc2\x85", "\\u{85}" },
  };
  g_autofree char *endless = g_strnfill (5000, 'x');
  g_autofree char *shown = mainstay_entry_name_escape (endless, 5000);

  g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 121);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = mainstay_entry_name_escape (cases[i].name,
                                                             strlen (cases[i].name));

      assert_clean (escaped);
      g_assert_cmpstr (escaped, ==, cases[i].shown);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/entry-name/good", test_good);
  g_test_add_func ("/archive/entry-name/bad", test_bad);
  g_test_add_func ("/archive/entry-name/zero-byte", test_zero_byte);
  g_test_add_func ("/archive/entry-name/exact-bytes", test_exact_bytes);
  g_test_add_func ("/archive/entry-name/escape", test_escape);
  return g_test_run ();
}
