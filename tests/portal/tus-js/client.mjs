// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: 2026 The Mainstay developers
//
// What a program does with tus-js-client, for test-tus-js.c:
//
//   node client.mjs FOLDER ACTION URL FILE MEMORY
//
// FOLDER has the node_modules; FILE goes up to URL, an endpoint or an upload; MEMORY is where the
// client notes what it has begun. The account is in MAINSTAY_USERNAME and MAINSTAY_API_KEY. Each
// answer is a line: method, status, offset.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [folder, action, url, file, memory] = process.argv.slice(2)
const tus = createRequire(path.resolve(folder, 'package.json'))('tus-js-client')

const CHUNK = 512 * 1024
const CHUNKS_BEFORE_BREAK = 3
const SENT_BEFORE_BREAK = 128 * 1024

let accepted = 0
let request = null

// At once, because what waits for the line may then end this program, or the portal.
const say = (...words) => fs.writeSync(1, `${words.join(' ')}\n`)

// Calls back when some of a chunk has been sent, and not all.
function amidChunk(callback) {
  let start = null
  const look = () => {
    const socket = accepted < CHUNKS_BEFORE_BREAK ? null : request.getUnderlyingObject()?.socket
    start ??= socket?.bytesWritten
    if (socket && socket.bytesWritten - start >= SENT_BEFORE_BREAK) callback()
    else setImmediate(look)
  }
  look()
}

const options = {
  headers: {
    'Mendix-Username': process.env.MAINSTAY_USERNAME,
    'Mendix-ApiKey': process.env.MAINSTAY_API_KEY,
  },
  metadata: { filename: 'données.tar.gz', kind: 'files' },
  chunkSize: CHUNK,
  retryDelays: [50, 100, 200, 400, 800, 1600, 3200, 6400],
  urlStorage: new tus.FileUrlStorage(memory),
  onBeforeRequest: (next) => { request = next },
  onAfterResponse: (answered, response) => say(answered.getMethod(), response.getStatus(),
                                               response.getHeader('Upload-Offset') ?? '-'),
  onChunkComplete: () => { accepted++ },
  onShouldRetry: (error) => {
    if (!error.originalResponse) say('broken', error.causingError?.code)
    return !error.originalResponse || [409, 423].includes(error.originalResponse.getStatus())
  },
  onError: (error) => { throw error },
}

function upload(more) {
  const started = new tus.Upload(fs.createReadStream(file), {
    ...options,
    endpoint: url,
    onSuccess: () => say('done', started.url),
    ...more,
  })
  return started
}

const actions = {
  upload: () => upload().start(),
  uploadDataDuringCreation: () => upload({ uploadDataDuringCreation: true }).start(),
  abort: () => {
    const started = upload()
    started.start()
    amidChunk(() => started.abort().then(() => say('left', started.url)))
  },
  abortAndTerminate: () => {
    const started = upload()
    started.start()
    amidChunk(() => started.abort(true).then(() => say('left', started.url)))
  },
  // Holds still amid a chunk until there is a byte to read.
  hold: () => {
    upload().start()
    amidChunk(() => {
      say('holding')
      fs.readSync(0, Buffer.alloc(1))
    })
  },
  findPreviousUploads: async () => {
    const again = upload()
    const previous = await again.findPreviousUploads()
    say('found', previous.length)
    again.resumeFromPreviousUpload(previous[0])
    again.start()
  },
  uploadUrl: () => upload({ endpoint: null, uploadUrl: url }).start(),
  terminate: () => tus.Upload.terminate(url, options).then(() => say('left', url)),
}

await actions[action]()
