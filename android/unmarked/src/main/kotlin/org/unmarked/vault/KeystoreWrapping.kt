package org.unmarked.vault

import android.app.KeyguardManager
import android.content.Context
import android.content.pm.PackageManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.InvalidAlgorithmParameterException
import java.security.InvalidKeyException
import java.security.KeyStore
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Something encrypted by a key of the Keystore. */
internal class Wrapped(val nonce: ByteArray, val text: ByteArray)

/**
 * AES-256-GCM by keys that never leave the Keystore: in a secure element (StrongBox) where the device
 * has one, else in the trusted environment.
 */
internal class KeystoreWrapping(context: Context, private val protection: KeyProtection) {
    private val keyguard = context.getSystemService(KeyguardManager::class.java)
    private val strongBox = context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)

    /** Makes the key [alias]. */
    fun make(alias: String) = told {
        try {
            generate(alias, strongBox)
        } catch (failure: ProviderException) {
            // StrongBoxUnavailableException, or what else a secure element with little room throws
            if (!strongBox) throw failure
            generate(alias, false)
        }
    }

    /** Encrypts [secret] by the key [alias], bound to [context]. */
    fun wrap(alias: String, secret: ByteArray, context: ByteArray): Wrapped = told {
        val cipher = Cipher.getInstance(AES_GCM)
        cipher.init(Cipher.ENCRYPT_MODE, key(alias))
        cipher.updateAAD(context)
        val text = cipher.doFinal(secret)
        check(cipher.iv.size == NONCE && text.size == secret.size + TAG) { "the Keystore gave another length" }
        Wrapped(cipher.iv, text)
    }

    /** Decrypts what [wrap] made with the same [context]. */
    fun unwrap(alias: String, wrapped: Wrapped, context: ByteArray): ByteArray = told {
        val cipher = Cipher.getInstance(AES_GCM)
        cipher.init(Cipher.DECRYPT_MODE, key(alias), GCMParameterSpec(8 * TAG, wrapped.nonce))
        cipher.updateAAD(context)
        cipher.doFinal(wrapped.text)
    }

    /** Destroys the key [alias] if it is there. */
    fun destroy(alias: String) = told { keystore().deleteEntry(alias) }

    private fun generate(alias: String, strongBox: Boolean) {
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        val spec = KeyGenParameterSpec.Builder(alias, purposes)
            .setKeySize(256)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setIsStrongBoxBacked(strongBox)
            // without a screen lock it means nothing, and Android 12 to 14 refuse it
            .setUnlockedDeviceRequired(protection.onlyUnlocked && keyguard.isDeviceSecure)
        protection.authenticationSeconds?.let { authenticated(spec, it) }
        KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).run {
            init(spec.build())
            generateKey()
        }
    }

    @Suppress("DEPRECATION") // what replaces it is of API 30, and does the same
    private fun authenticated(spec: KeyGenParameterSpec.Builder, seconds: Int) {
        if (!keyguard.isDeviceSecure) throw VaultKeyException(VaultKeyProblem.NO_SCREEN_LOCK)
        spec.setUserAuthenticationRequired(true).setUserAuthenticationValidityDurationSeconds(seconds)
    }

    private fun key(alias: String): SecretKey =
        keystore().getKey(alias, null) as? SecretKey ?: throw VaultKeyException(VaultKeyProblem.LOST)

    private fun keystore(): KeyStore = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    private fun <T> told(work: () -> T): T =
        try {
            work()
        } catch (failure: GeneralSecurityException) {
            throw VaultKeyException(problem(failure), failure)
        } catch (failure: IOException) {
            throw VaultKeyException(VaultKeyProblem.FAILED, failure)
        } catch (failure: RuntimeException) {
            // ProviderException, and whatever a vendor's Keystore throws
            throw VaultKeyException(problem(failure), failure)
        }

    private fun problem(failure: Exception): VaultKeyProblem = when {
        failure is KeyPermanentlyInvalidatedException || failure is UnrecoverableKeyException -> VaultKeyProblem.LOST
        // also where Android 12 to 14 do not take a face or a watch for an unlocking: the screen lock helps
        failure is UserNotAuthenticatedException && !keyguard.isDeviceLocked -> VaultKeyProblem.NOT_AUTHENTICATED
        failure is AEADBadTagException -> VaultKeyProblem.DAMAGED
        failure is InvalidAlgorithmParameterException && !keyguard.isDeviceSecure -> VaultKeyProblem.NO_SCREEN_LOCK
        (failure is InvalidKeyException || failure is ProviderException) && keyguard.isDeviceLocked -> VaultKeyProblem.DEVICE_LOCKED
        else -> VaultKeyProblem.FAILED
    }

    companion object {
        const val NONCE = 12
        const val TAG = 16
        private const val KEYSTORE = "AndroidKeyStore"
        private const val AES_GCM = "AES/GCM/NoPadding"
    }
}
