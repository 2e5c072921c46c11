/* SPDX-License-Identifier: GPL-3.0-or-later
 * SPDX-FileCopyrightText: 2026 The Mainstay developers
 *
 * The one place where error codes become words.
 */
#define G_LOG_DOMAIN "mainstay-ui"

#include "mainstay-message.h"

#include "config.h"

#include <glib/gi18n.h>

/* Whether the text that came with the error says more than the code does. */
typedef enum { DETAIL_NO, DETAIL_YES } Detail;

typedef struct
{
  const char *title;
  const char *sentence;
  const char *next_step;
  Detail detail;
} Words;

static const Words table[MAINSTAY_N_ERRORS] = {
  [MAINSTAY_ERROR_FAILED] = {
    N_("Something Went Wrong"),
    N_("The operation could not be completed."),
    N_("Try again."), DETAIL_YES },
  [MAINSTAY_ERROR_UNAUTHORIZED] = {
    N_("Sign-In Failed"),
    N_("The portal does not accept the user name and API key."),
    N_("Make a new API key in the portal and connect with it."), DETAIL_NO },
  [MAINSTAY_ERROR_NO_ACCESS] = {
    N_("Permission Missing"),
    N_("You do not have permission to do this in this environment."),
    N_("Ask the app’s technical contact for Access to Backups and API Rights."), DETAIL_NO },
  [MAINSTAY_ERROR_INVALID_PARAMETERS] = {
    N_("Request Refused"),
    N_("The portal did not understand the request."),
    N_("Refresh and try again."), DETAIL_YES },
  [MAINSTAY_ERROR_INVALID_APPID] = {
    N_("App Not Found"),
    N_("The portal does not know this app."),
    N_("Refresh the list of apps."), DETAIL_NO },
  [MAINSTAY_ERROR_APP_NOT_FOUND] = {
    N_("App Not Found"),
    N_("The app is not on the portal any more, or you are not a member of it."),
    N_("Refresh the list of apps."), DETAIL_NO },
  [MAINSTAY_ERROR_INVALID_ENVIRONMENT] = {
    N_("Environment Not Found"),
    N_("The portal does not know this environment."),
    N_("Refresh the list of environments."), DETAIL_NO },
  [MAINSTAY_ERROR_ENVIRONMENT_NOT_FOUND] = {
    N_("Environment Not Found"),
    N_("The environment is not on the portal any more."),
    N_("Refresh the list of environments."), DETAIL_NO },
  [MAINSTAY_ERROR_NOT_SUPPORTED] = {
    N_("Not Supported"),
    N_("This kind of environment has no backups."),
    N_("Choose another environment."), DETAIL_NO },
  [MAINSTAY_ERROR_ENVIRONMENT_BUSY] = {
    N_("Environment Busy"),
    N_("Another action is running in this environment."),
    N_("Wait until it has finished, then try again."), DETAIL_NO },
  [MAINSTAY_ERROR_INVALID_STATE] = {
    N_("Environment Not Ready"),
    N_("The environment cannot do this now, as another action or maintenance is running."),
    N_("Try again in some minutes."), DETAIL_NO },
  [MAINSTAY_ERROR_UNSUPPORTED] = {
    N_("Not Accepted"),
    N_("The portal does not accept this kind of data."),
    N_("Choose another file or another kind of download."), DETAIL_YES },
  [MAINSTAY_ERROR_NOT_ALLOWED] = {
    N_("Not Allowed Now"),
    N_("The portal does not allow this while the environment is as it is."),
    N_("Check that the app is stopped and that the backup is completed."), DETAIL_YES },
  [MAINSTAY_ERROR_NOT_FOUND] = {
    N_("Not Found"),
    N_("The backup is not on the portal any more."),
    N_("Refresh the list of backups."), DETAIL_NO },
  [MAINSTAY_ERROR_LISTING_FAILED] = {
    N_("Backups Not Listed"),
    N_("The portal could not list the backups."),
    N_("Try again in some minutes."), DETAIL_NO },
  [MAINSTAY_ERROR_SERVICE_UNAVAILABLE] = {
    N_("Portal Unavailable"),
    N_("The portal has trouble of its own."),
    N_("Try again in some minutes."), DETAIL_NO },
  [MAINSTAY_ERROR_ALREADY_STARTED] = {
    N_("App Is Running"),
    N_("The app has already been started."),
    NULL, DETAIL_NO },
  [MAINSTAY_ERROR_NO_MDA_DEPLOYED] = {
    N_("Nothing Deployed"),
    N_("No deployment package is in this environment, so the app cannot start."),
    N_("Deploy a package first."), DETAIL_NO },
  [MAINSTAY_ERROR_NO_SUCH_START_JOB] = {
    N_("Start Not Found"),
    N_("The portal does not know any more how the start of the app went."),
    N_("Refresh to see whether the app is running."), DETAIL_NO },
  [MAINSTAY_ERROR_NO_PACKAGE] = {
    N_("Nothing Deployed"),
    N_("The app cannot start without a deployment package."),
    N_("Deploy a package first."), DETAIL_NO },
  [MAINSTAY_ERROR_DB_SYNC_FAILED] = {
    N_("App Not Started"),
    N_("The database could not be brought in line with the app’s model."),
    N_("Check that the deployed model is the one that the data comes from."), DETAIL_YES },
  [MAINSTAY_ERROR_START_FAILED] = {
    N_("App Not Started"),
    N_("The app could not be started."),
    N_("Read the environment’s log in the portal."), DETAIL_YES },
  [MAINSTAY_ERROR_STOP_FAILED] = {
    N_("App Not Stopped"),
    N_("The app could not be stopped."),
    N_("Try again, or stop it in the portal."), DETAIL_YES },
  [MAINSTAY_ERROR_PACKAGE_NOT_FOUND] = {
    N_("Package Not Found"),
    N_("The deployment package is not on the portal any more."),
    N_("Choose another package."), DETAIL_NO },
  [MAINSTAY_ERROR_APP_IS_RUNNING] = {
    N_("App Is Running"),
    N_("This can only be done while the app is stopped."),
    N_("Stop the app first."), DETAIL_NO },

  [MAINSTAY_ERROR_UNREACHABLE] = {
    N_("Portal Not Reached"),
    N_("The portal cannot be reached."),
    N_("Check the network connection and the portal’s address."), DETAIL_NO },
  [MAINSTAY_ERROR_TIMED_OUT] = {
    N_("No Answer"),
    N_("The portal did not answer in time."),
    N_("Try again."), DETAIL_NO },
  [MAINSTAY_ERROR_INSECURE] = {
    N_("Connection Not Secure"),
    N_("The API key would travel unprotected, or the portal’s certificate is not valid."),
    N_("Use an address that starts with https://, with a certificate that this computer trusts."),
    DETAIL_YES },
  [MAINSTAY_ERROR_BAD_ANSWER] = {
    N_("Answer Not Understood"),
    N_("The portal’s answer is not what its API promises."),
    N_("Check that the address is that of a Mendix portal."), DETAIL_YES },
  [MAINSTAY_ERROR_GATEWAY] = {
    N_("Portal Unavailable"),
    N_("Something before the portal answered in its place."),
    N_("Try again in some minutes."), DETAIL_YES },
  [MAINSTAY_ERROR_RATE_LIMITED] = {
    N_("Too Many Requests"),
    N_("The portal asks to wait before the next request."),
    N_("Try again in a minute."), DETAIL_NO },
  [MAINSTAY_ERROR_TOO_LARGE] = {
    N_("Too Large"),
    N_("There is more data than is accepted."),
    N_("Choose a smaller file, or ask for a higher limit."), DETAIL_YES },
  [MAINSTAY_ERROR_REDIRECTED] = {
    N_("Portal Moved"),
    N_("The portal sent the request elsewhere, where the API key does not go."),
    N_("Connect to the portal’s new address."), DETAIL_YES },
  [MAINSTAY_ERROR_LINK_EXPIRED] = {
    N_("Link Expired"),
    N_("The download link is not valid any more."),
    N_("Start the download again."), DETAIL_NO },
  [MAINSTAY_ERROR_MISSING_EXTENSION] = {
    N_("Not Available"),
    N_("This portal does not offer this by its API."),
    N_("Use the portal’s own page for it."), DETAIL_NO },
  [MAINSTAY_ERROR_JOB_FAILED] = {
    N_("The Portal Could Not Finish"),
    N_("The portal began the work and failed. The environment is as the portal left it."),
    N_("Try again, or ask the portal’s support."), DETAIL_YES },
  [MAINSTAY_ERROR_NO_KEYRING] = {
    N_("No Keyring"),
    N_("The API key cannot be stored, as this system has no keyring."),
    N_("The key is kept until you quit Mainstay."), DETAIL_NO },
  [MAINSTAY_ERROR_ACCOUNT_NOT_READY] = {
    N_("Not Connected Yet"),
    N_("Waits for the account."),
    N_("Connect to the portal to go on."), DETAIL_YES },
  [MAINSTAY_ERROR_ACCOUNT_GONE] = {
    N_("Account Removed"),
    N_("The account of this transfer is not on this computer any more."),
    N_("Connect to the portal again, then retry."), DETAIL_YES },

  [MAINSTAY_ERROR_NOT_A_BACKUP] = {
    N_("Not a Backup"),
    N_("The file is not a backup or a part of one."),
    N_("Choose another file."), DETAIL_YES },
  [MAINSTAY_ERROR_WRONG_KIND] = {
    N_("Wrong Kind of File"),
    N_("The file holds something else than is asked for here."),
    N_("Choose another file."), DETAIL_YES },
  [MAINSTAY_ERROR_DAMAGED] = {
    N_("File Damaged"),
    N_("The file is damaged."),
    N_("Download or copy it again."), DETAIL_YES },
  [MAINSTAY_ERROR_TRUNCATED] = {
    N_("File Incomplete"),
    N_("The end of the file is missing."),
    N_("Download or copy it again."), DETAIL_NO },
  [MAINSTAY_ERROR_UNSAFE_PATH] = {
    N_("Unsafe File"),
    N_("The archive holds names that lead outside its own folder."),
    N_("Do not use this file; ask where it comes from."), DETAIL_YES },
  [MAINSTAY_ERROR_DUMP_TOO_NEW] = {
    N_("Database Too New"),
    N_("The database was dumped by a newer version than is accepted."),
    N_("Make the dump with an older version of pg_dump."), DETAIL_YES },
  [MAINSTAY_ERROR_LENGTH_MISMATCH] = {
    N_("File Incomplete"),
    N_("The file has another length than the portal said."),
    N_("Start the download again."), DETAIL_NO },
  [MAINSTAY_ERROR_DIGEST_MISMATCH] = {
    N_("File Damaged"),
    N_("The file’s checksum is not the one that the portal gave."),
    N_("Start the download again."), DETAIL_NO },
  [MAINSTAY_ERROR_SOURCE_CHANGED] = {
    N_("File Changed"),
    N_("The file changed while it was being read."),
    N_("Start again when nothing writes to it."), DETAIL_NO },
  [MAINSTAY_ERROR_NO_SPACE] = {
    N_("Disk Full"),
    N_("There is not enough free space for the file."),
    N_("Free some space or choose another folder."), DETAIL_NO },
  [MAINSTAY_ERROR_EXISTS] = {
    N_("Already There"),
    N_("Something with this name is already there, or another transfer writes to it."),
    N_("Choose another name, or move it away and try again."), DETAIL_NO },
};

/* What happens next with a transfer that is in trouble but goes on by itself. */
static const struct
{
  MainstayError code;
  const char *what;
} outlooks[] = {
  { MAINSTAY_ERROR_NO_SPACE, N_("It goes on by itself once there is room: free some space.") },
  { MAINSTAY_ERROR_UNREACHABLE, N_("It goes on by itself once the portal can be reached.") },
  { MAINSTAY_ERROR_RATE_LIMITED, N_("It goes on by itself after that.") },
  { MAINSTAY_ERROR_LINK_EXPIRED, N_("A new link is asked for.") },
  { MAINSTAY_ERROR_SOURCE_CHANGED, N_("It starts over in a moment.") },
};

static const Words *
find_words (const GError *error)
{
  if (error->domain == MAINSTAY_ERROR && error->code > 0 && error->code < MAINSTAY_N_ERRORS)
    return &table[error->code];
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return &table[MAINSTAY_ERROR_NO_SPACE];
  return &table[MAINSTAY_ERROR_FAILED];
}

static char *
dup_detail (const Words  *words,
            const GError *error)
{
  if (words->detail == DETAIL_NO || error->message == NULL || *error->message == '\0')
    return NULL;
  return g_utf8_make_valid (error->message, -1);
}

/**
 * mainstay_message_new:
 * @error: an error of any domain
 *
 * Returns: (transfer full): its words, in the user's language
 */
MainstayMessage *
mainstay_message_new (const GError *error)
{
  MainstayMessage *self;
  const Words *words;

  g_return_val_if_fail (error != NULL, NULL);

  words = find_words (error);
  self = g_new0 (MainstayMessage, 1);
  self->title = _(words->title);
  self->sentence = _(words->sentence);
  self->next_step = words->next_step != NULL ? _(words->next_step) : NULL;
  self->detail = dup_detail (words, error);
  return self;
}

void
mainstay_message_free (MainstayMessage *self)
{
  g_clear_pointer (&self->detail, g_free);
  g_free (self);
}

/* Translators put the two in their order; some languages have no space between sentences. */
static char *
dup_sentences (const char *sentence,
               const char *next_step)
{
  if (next_step == NULL)
    return g_strdup (sentence);
  /* translators: a sentence that says what went wrong, then one that says what to do */
  return g_strdup_printf (C_("error and next step", "%s %s"), sentence, next_step);
}

char *
mainstay_message_dup_body (const MainstayMessage *self)
{
  g_autofree char *sentences = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  sentences = dup_sentences (self->sentence, self->next_step);
  if (self->detail == NULL)
    return g_steal_pointer (&sentences);
  return g_strconcat (sentences, "\n\n", self->detail, NULL);
}

/* Details come from everywhere; some are sentences, most are not. */
static char *
dup_as_sentence (const char *text)
{
  size_t length = strlen (text);

  if (length > 0 && strchr (".!?", text[length - 1]) != NULL)
    return g_strdup (text);
  /* translators: what a server or the system said, made into a sentence */
  return g_strdup_printf (C_("detail as a sentence", "%s."), text);
}

char *
mainstay_message_dup_line (const GError *error)
{
  g_autoptr(MainstayMessage) message = NULL;
  g_autofree char *detail = NULL;

  g_return_val_if_fail (error != NULL, NULL);

  message = mainstay_message_new (error);
  if (message->detail != NULL)
    detail = dup_as_sentence (message->detail);
  return dup_sentences (detail != NULL ? detail : message->sentence, message->next_step);
}

static const char *
find_outlook (const GError *error)
{
  MainstayError code = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
                         ? MAINSTAY_ERROR_NO_SPACE : (MainstayError) error->code;

  if (error->domain != MAINSTAY_ERROR && code != MAINSTAY_ERROR_NO_SPACE)
    return _("It is tried again by itself.");
  for (size_t i = 0; i < G_N_ELEMENTS (outlooks); i++)
    if (outlooks[i].code == code)
      return _(outlooks[i].what);
  return _("It is tried again by itself.");
}

char *
mainstay_message_dup_trouble (const GError *trouble)
{
  g_return_val_if_fail (trouble != NULL, NULL);

  /* These wait for a person. */
  if (g_error_matches (trouble, MAINSTAY_ERROR, MAINSTAY_ERROR_ACCOUNT_NOT_READY) ||
      g_error_matches (trouble, MAINSTAY_ERROR, MAINSTAY_ERROR_UNAUTHORIZED))
    return mainstay_message_dup_line (trouble);
  return dup_sentences (_(find_words (trouble)->sentence), find_outlook (trouble));
}

/**
 * mainstay_message_missing_extension:
 * @extension: one extension
 *
 * Returns: (transfer none): why a control that needs @extension is insensitive
 */
const char *
mainstay_message_missing_extension (MainstayExtensions extension)
{
  switch (extension)
    {
    case MAINSTAY_EXTENSION_UPLOAD_DATA:
      return _("This portal cannot take data uploads: Mendix Cloud offers this only on its own "
               "page.");
    case MAINSTAY_EXTENSION_FILES_ONLY:
      return _("This portal cannot make a download of the uploaded files alone: Mendix Cloud "
               "offers this only on its own page.");
    case MAINSTAY_EXTENSION_ACTIVITY:
      return _("This portal does not tell what else happened in the environment.");
    case MAINSTAY_EXTENSION_SNAPSHOT_DETAILS:
      return _("This portal does not tell who made a backup and how large it is.");
    case MAINSTAY_EXTENSION_NONE:
    default:
      return NULL;
    }
}
