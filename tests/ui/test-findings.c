/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 */
#include "mainstay-error.h"
#include "mainstay-excerpt.h"
#include "mainstay-file-findings.h"
#include "mainstay-portal-address.h"

#define DATABASE_STEP "Choose a database dump. Of a full backup, take out the file “db/db.backup”."
#define FILES_STEP "Choose a zip or tar.gz archive of uploaded files, or their folder. Of a full " \
                   "backup, take out the folder “tree”."

static MainstayBackupFile
postgresql_dump (void)
{
  return (MainstayBackupFile) {
    .kind = MAINSTAY_FILE_DATABASE,
    .format = MAINSTAY_FORMAT_PGDUMP,
    .size = 1500000,
    .entries = -1,
    .files_count = -1,
    .files_size = -1,
    .dump_engine = MAINSTAY_DUMP_POSTGRESQL,
    .dump_size = 1500000,
    .dump_major = 1,
    .dump_minor = 14,
    .database_name = (char *) "orders",
    .server_version = (char *) "14.9",
  };
}

static void
assert_findings (const MainstayBackupFile *file,
                 const GError             *error,
                 MainstayFileKind          expected,
                 gboolean                  good,
                 const char               *title,
                 const char               *detail)
{
  g_autoptr(MainstayFileFindings) findings = mainstay_file_findings_new (file, error, expected);

  g_assert_cmpint (findings->good, ==, good);
  g_assert_cmpstr (findings->title, ==, title);
  g_assert_cmpstr (findings->detail, ==, detail);
}

static void
test_database (void)
{
  MainstayBackupFile file = postgresql_dump ();

  assert_findings (&file, NULL, MAINSTAY_FILE_DATABASE, TRUE, "PostgreSQL dump",
                   "Dump version: 1.14\nServer version: 14.9\nDatabase name: orders\n"
                   "Size: 1.5\302\240MB");
  file.format = MAINSTAY_FORMAT_SQLITE_GZIP;
  file.dump_engine = MAINSTAY_DUMP_SQLITE;
  file.dump_size = 3000000;
  file.database_name = file.server_version = NULL;
  assert_findings (&file, NULL, MAINSTAY_FILE_DATABASE, TRUE, "SQLite database",
                   "Size: 1.5\302\240MB, unpacked 3.0\302\240MB");
}

static void
test_files (void)
{
  MainstayBackupFile file = {
    .kind = MAINSTAY_FILE_FILES,
    .format = MAINSTAY_FORMAT_ZIP,
    .size = 1500000,
    .entries = 413,
    .files_count = 412,
    .files_size = 3000000,
    .has_tree_prefix = TRUE,
    .sha256 = (char *) "of what was read",
  };

  assert_findings (&file, NULL, MAINSTAY_FILE_FILES, TRUE, "Uploaded files (zip archive)",
                   "412 uploaded files\n413 entries in all\n"
                   "Layout: the files are in the folder “tree”\n"
                   "Size: 1.5\302\240MB, unpacked 3.0\302\240MB");
  file.format = MAINSTAY_FORMAT_TAR_GZIP;
  file.entries = file.files_count = 1;
  file.has_tree_prefix = FALSE;
  assert_findings (&file, NULL, MAINSTAY_FILE_FILES, TRUE, "Uploaded files (tar archive)",
                   "1 uploaded file\nLayout: the files are at the top, without a folder “tree”\n"
                   "Size: 1.5\302\240MB, unpacked 3.0\302\240MB");
}

/* What it unpacks to is the database's dump and the files. */
static void
test_full (void)
{
  MainstayBackupFile file = postgresql_dump ();

  file.kind = MAINSTAY_FILE_FULL;
  file.format = MAINSTAY_FORMAT_TAR_GZIP;
  file.entries = file.files_count = 102400;
  file.files_size = 3000000;
  file.has_tree_prefix = TRUE;
  file.size = 2000000;
  assert_findings (&file, NULL, MAINSTAY_FILE_FULL, TRUE, "Full backup",
                   "Dump version: 1.14\nServer version: 14.9\nDatabase name: orders\n"
                   "102400 uploaded files\nLayout: the files are in the folder “tree”\n"
                   "Size: 2.0\302\240MB, unpacked 4.5\302\240MB");
  file.dump_size = -1;
  assert_findings (&file, NULL, MAINSTAY_FILE_FULL, TRUE, "Full backup",
                   "Dump version: 1.14\nServer version: 14.9\nDatabase name: orders\n"
                   "102400 uploaded files\nLayout: the files are in the folder “tree”\n"
                   "Size: 2.0\302\240MB");
}

static void
test_folder (void)
{
  MainstayBackupFile file = {
    .kind = MAINSTAY_FILE_FILES,
    .format = MAINSTAY_FORMAT_TAR,
    .size = 3100000,
    .entries = 412,
    .files_count = 412,
    .files_size = 3000000,
    .has_tree_prefix = TRUE,
  };

  assert_findings (&file, NULL, MAINSTAY_FILE_FILES, TRUE, "Folder of uploaded files",
                   "412 uploaded files\nSize: 3.0\302\240MB");
}

static void
test_wrong_kind (void)
{
  MainstayBackupFile file = postgresql_dump ();
  g_autoptr(GError) error = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_WRONG_KIND,
                                                 "This is a photograph.");

  assert_findings (&file, NULL, MAINSTAY_FILE_FILES, FALSE, "This is a database",
                   FILES_STEP);
  file.kind = MAINSTAY_FILE_FILES;
  assert_findings (&file, NULL, MAINSTAY_FILE_DATABASE, FALSE,
                   "This is an archive of uploaded files", DATABASE_STEP);
  file.kind = MAINSTAY_FILE_FULL;
  assert_findings (&file, NULL, MAINSTAY_FILE_DATABASE, FALSE, "This is a full backup",
                   DATABASE_STEP);
  assert_findings (NULL, error, MAINSTAY_FILE_DATABASE, FALSE, "This is not a database",
                   DATABASE_STEP);
}

static void
test_refused (void)
{
  g_autoptr(GError) missing = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No");
  g_autoptr(GError) unsafe = g_error_new_literal (MAINSTAY_ERROR, MAINSTAY_ERROR_UNSAFE_PATH,
                                                  "../../etc/passwd");
  g_autoptr(MainstayFileFindings) findings = NULL;

  assert_findings (NULL, missing, MAINSTAY_FILE_FILES, FALSE, "There is no such file",
                   "Check its name, or choose it from the folder.");
  findings = mainstay_file_findings_new (NULL, unsafe, MAINSTAY_FILE_FILES);
  g_assert_false (findings->good);
  g_assert_cmpstr (findings->title, ==, "Unsafe File");
  g_assert_nonnull (strstr (findings->detail, "../../etc/passwd"));
}

static void
test_address (void)
{
  static const struct
  {
    const char *typed;
    MainstayAddressFault fault;
    const char *address;
  } cases[] = {
    { "https://deploy.mendix.com", MAINSTAY_ADDRESS_GOOD, "https://deploy.mendix.com" },
    { "  deploy.mendix.com/ ", MAINSTAY_ADDRESS_GOOD, "https://deploy.mendix.com" },
    { "HTTPS://portal.example/base//", MAINSTAY_ADDRESS_GOOD, "https://portal.example/base" },
    { "http://127.0.0.1:8080", MAINSTAY_ADDRESS_GOOD, "http://127.0.0.1:8080" },
    { "http://127.9.9.9", MAINSTAY_ADDRESS_GOOD, "http://127.9.9.9" },
    { "http://[::1]:8080", MAINSTAY_ADDRESS_GOOD, "http://[::1]:8080" },
    { "http://localhost:8080/", MAINSTAY_ADDRESS_GOOD, "http://localhost:8080" },
    { "http://portal.example", MAINSTAY_ADDRESS_INSECURE, NULL },
    { "http://localhost.example", MAINSTAY_ADDRESS_INSECURE, NULL },
    { "http://127.0.0.1.example", MAINSTAY_ADDRESS_INSECURE, NULL },
    { "", MAINSTAY_ADDRESS_EMPTY, NULL },
    { "   ", MAINSTAY_ADDRESS_EMPTY, NULL },
    { "///", MAINSTAY_ADDRESS_EMPTY, NULL },
    { "ftp://portal.example", MAINSTAY_ADDRESS_INVALID, NULL },
    { "file:///etc", MAINSTAY_ADDRESS_INVALID, NULL },
    { "https://", MAINSTAY_ADDRESS_INVALID, NULL },
    { "two words", MAINSTAY_ADDRESS_INVALID, NULL },
    { "https://portal.example?x=1", MAINSTAY_ADDRESS_GOOD, "https://portal.example" },
    { "https://me:secret@portal.example", MAINSTAY_ADDRESS_HAS_SECRET, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MainstayAddressFault fault = -1;
      g_autofree char *address = mainstay_portal_address_parse (cases[i].typed, &fault);

      g_test_message ("“%s”", cases[i].typed);
      g_assert_cmpint (fault, ==, cases[i].fault);
      g_assert_cmpstr (address, ==, cases[i].address);
      g_assert_true ((mainstay_portal_address_explain (fault) == NULL) == (address != NULL));
    }
}

static void
assert_excerpt (const char *text,
                const char *expected)
{
  g_autofree char *excerpt = mainstay_excerpt (text);

  g_assert_cmpstr (excerpt, ==, expected);
}

static void
test_excerpt (void)
{
  g_autofree char *longest = g_strnfill (160, 'x');
  g_autofree char *longer = g_strconcat (longest, "x", NULL);
  g_autofree char *cut = g_strconcat (longest, "…", NULL);

  assert_excerpt (NULL, "");
  assert_excerpt (" \n ", "");
  assert_excerpt ("  Before\n\n the\timport ", "Before the import");
  assert_excerpt ("Überall\377", "Überall\357\277\275");
  assert_excerpt (longest, longest);
  assert_excerpt (longer, cut);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/findings/database", test_database);
  g_test_add_func ("/ui/findings/files", test_files);
  g_test_add_func ("/ui/findings/full", test_full);
  g_test_add_func ("/ui/findings/folder", test_folder);
  g_test_add_func ("/ui/findings/wrong-kind", test_wrong_kind);
  g_test_add_func ("/ui/findings/refused", test_refused);
  g_test_add_func ("/ui/portal-address", test_address);
  g_test_add_func ("/ui/excerpt", test_excerpt);
  return g_test_run ();
}
