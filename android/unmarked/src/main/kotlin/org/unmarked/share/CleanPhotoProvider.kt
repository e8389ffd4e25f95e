package org.unmarked.share

import android.content.ClipDescription
import android.content.ContentProvider
import android.content.ContentResolver
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.content.pm.ProviderInfo
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import org.unmarked.core.CleanPhoto
import java.io.FileNotFoundException

/**
 * Serves clean photos from memory to the apps that hold a grant: name, size, type and bytes, as
 * often as they ask. Nothing can be written, and no photo ever touches a disk.
 */
public class CleanPhotoProvider : ContentProvider() {
    private val shares = CleanShares { id ->
        here().revokeUriPermission(uriOf(here(), id), Intent.FLAG_GRANT_READ_URI_PERMISSION)
    }
    private val descriptors by lazy { PhotoDescriptors(here()) }

    override fun attachInfo(context: Context, info: ProviderInfo) {
        super.attachInfo(context, info)
        // without these two lines of the manifest every app could read every photo, or none
        if (info.exported) throw SecurityException("CleanPhotoProvider must not be exported")
        if (!info.grantUriPermissions) throw SecurityException("CleanPhotoProvider must grant URI permissions")
    }

    override fun onCreate(): Boolean = true

    override fun getType(uri: Uri): String? = find(uri)?.mediaType()

    override fun getStreamTypes(uri: Uri, mimeTypeFilter: String): Array<String>? =
        getType(uri)?.takeIf { ClipDescription.compareMimeTypes(it, mimeTypeFilter) }?.let { arrayOf(it) }

    /** One row, or none for a photo that is not shared (any more). Unknown columns are left out. */
    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        selectionArgs: Array<String>?,
        sortOrder: String?,
    ): Cursor {
        val columns = projection?.filter { it in COLUMNS }?.toTypedArray() ?: COLUMNS
        val cursor = MatrixCursor(columns, 1)
        val photo = find(uri) ?: return cursor
        cursor.addRow(columns.map { if (it == OpenableColumns.SIZE) photo.size().toLong() else photo.fileName() })
        return cursor
    }

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (mode != "r") throw SecurityException("a clean photo can only be read")
        val photo = find(uri) ?: throw FileNotFoundException("this photo is no longer shared: share it again")
        return descriptors.open(photo)
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = throw UnsupportedOperationException(READ_ONLY)

    override fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?): Int =
        throw UnsupportedOperationException(READ_ONLY)

    override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?): Int =
        throw UnsupportedOperationException(READ_ONLY)

    /** The photo that exactly this URI stands for. */
    private fun find(uri: Uri): CleanPhoto? =
        uri.pathSegments.singleOrNull()?.takeIf { uri == uriOf(here(), it) }?.let(shares::find)

    private fun here(): Context = checkNotNull(context)

    public companion object {
        private val COLUMNS = arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)
        private const val READ_ONLY = "clean photos are only read"

        /**
         * Hands [photo] over to the provider, which closes it when its share ends, and gives the
         * URI to grant. Each call is a new share with a URI that cannot be guessed; the oldest
         * ends when there are more than four or they hold more than 128 MiB.
         */
        @JvmStatic
        public fun publish(context: Context, photo: CleanPhoto): Uri =
            uriOf(context, local(context) { it.shares.add(photo) })

        /** Ends a share: the grants are revoked and the memory is wiped. */
        @JvmStatic
        public fun revoke(context: Context, uri: Uri) {
            uri.lastPathSegment?.let { id -> local(context) { it.shares.remove(id) } }
        }

        /** True while [uri] can be read by whoever holds its grant. */
        @JvmStatic
        public fun isShared(context: Context, uri: Uri): Boolean = local(context) { it.find(uri) != null }

        private fun authority(context: Context) = "${context.packageName}.unmarked"

        private fun uriOf(context: Context, id: String): Uri =
            Uri.Builder().scheme(ContentResolver.SCHEME_CONTENT).authority(authority(context)).appendPath(id).build()

        /** The provider itself: it lives in this process, and so do the photos. */
        private fun <T> local(context: Context, ask: (CleanPhotoProvider) -> T): T {
            val client = checkNotNull(context.contentResolver.acquireContentProviderClient(authority(context))) {
                "CleanPhotoProvider is missing from the manifest"
            }
            return client.use { ask(it.localContentProvider as CleanPhotoProvider) }
        }
    }
}
