package org.unmarked

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.io.InputStream
import java.io.OutputStream
import java.security.AlgorithmParameters
import java.security.InvalidAlgorithmParameterException
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.Cipher
import javax.crypto.CipherSpi
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * A phone's Keystore, which Robolectric does not have: real AES-GCM by keys that give their bytes to
 * nobody, with what a phone refuses: another authorization than the key was made with, a nonce that
 * the caller chose, a key that it destroyed or invalidated.
 */
object FakeKeystore {
    class Entry(val spec: KeyGenParameterSpec, val secret: SecretKey) {
        var invalidated = false
    }

    /** The keys by their names. */
    val entries = LinkedHashMap<String, Entry>()

    /** True where the device has a secure element. */
    var strongBox = false

    /** True once the person showed who they are. */
    var authenticated = false

    /** Begins anew: a phone without keys. */
    fun install() {
        entries.clear()
        strongBox = false
        authenticated = false
        Security.removeProvider(NAME)
        // first, and for its own keys alone, as on a phone: Cipher tells the error of the first that it tries
        val provider = object : Provider(NAME, 1.0, "stands in for a phone's Keystore") {
            init {
                put("KeyStore.$NAME", FakeKeyStoreSpi::class.java.name)
                put("KeyGenerator.AES", FakeKeyGeneratorSpi::class.java.name)
                put("Cipher.AES/GCM/NoPadding", FakeCipherSpi::class.java.name)
                put("Cipher.AES/GCM/NoPadding SupportedKeyClasses", Handle::class.java.name)
            }
        }
        Security.insertProviderAt(provider, 1)
    }

    private const val NAME = "AndroidKeyStore"
}

/** A handle: it has no bytes to give. */
internal class Handle(val alias: String) : SecretKey {
    override fun getAlgorithm() = "AES"
    override fun getFormat(): String? = null
    override fun getEncoded(): ByteArray? = null
}

class FakeKeyStoreSpi : KeyStoreSpi() {
    override fun engineLoad(stream: InputStream?, password: CharArray?) = require(stream == null)
    override fun engineGetKey(alias: String, password: CharArray?): Key? = FakeKeystore.entries[alias]?.let { Handle(alias) }
    override fun engineDeleteEntry(alias: String) {
        FakeKeystore.entries.remove(alias)
    }
    override fun engineContainsAlias(alias: String) = alias in FakeKeystore.entries
    override fun engineAliases(): Enumeration<String> = Collections.enumeration(FakeKeystore.entries.keys)
    override fun engineSize() = FakeKeystore.entries.size
    override fun engineIsKeyEntry(alias: String) = engineContainsAlias(alias)
    override fun engineIsCertificateEntry(alias: String) = false
    override fun engineGetCreationDate(alias: String): Date? = null
    override fun engineGetCertificate(alias: String): Certificate? = null
    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null
    override fun engineGetCertificateAlias(certificate: Certificate?): String? = null
    override fun engineSetKeyEntry(alias: String, key: Key?, password: CharArray?, chain: Array<out Certificate>?) = no()
    override fun engineSetKeyEntry(alias: String, key: ByteArray?, chain: Array<out Certificate>?) = no()
    override fun engineSetCertificateEntry(alias: String, certificate: Certificate?) = no()
    override fun engineStore(stream: OutputStream?, password: CharArray?) = no()

    private fun no(): Nothing = throw UnsupportedOperationException()
}

class FakeKeyGeneratorSpi : KeyGeneratorSpi() {
    private lateinit var spec: KeyGenParameterSpec

    override fun engineInit(spec: AlgorithmParameterSpec, random: SecureRandom?) {
        this.spec = spec as KeyGenParameterSpec
        if (spec.isStrongBoxBacked && !FakeKeystore.strongBox) return
        if (spec.blockModes.toList() != listOf(KeyProperties.BLOCK_MODE_GCM)) throw InvalidAlgorithmParameterException("mode")
    }

    override fun engineInit(random: SecureRandom?) = throw UnsupportedOperationException()
    override fun engineInit(size: Int, random: SecureRandom?) = throw UnsupportedOperationException()

    override fun engineGenerateKey(): SecretKey {
        if (spec.isStrongBoxBacked && !FakeKeystore.strongBox) throw StrongBoxUnavailableException()
        val generator = KeyGenerator.getInstance("AES", "SunJCE").apply { init(spec.keySize) }
        FakeKeystore.entries[spec.keystoreAlias] = FakeKeystore.Entry(spec, generator.generateKey())
        return Handle(spec.keystoreAlias)
    }
}

class FakeCipherSpi : CipherSpi() {
    private val cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE")

    override fun engineInit(mode: Int, key: Key, random: SecureRandom?) = cipher.init(mode, secret(key))

    override fun engineInit(mode: Int, key: Key, spec: AlgorithmParameterSpec?, random: SecureRandom?) {
        if (mode == Cipher.ENCRYPT_MODE && spec != null) throw InvalidAlgorithmParameterException("the caller must not choose the nonce")
        cipher.init(mode, secret(key), spec as GCMParameterSpec?)
    }

    private fun secret(key: Key): SecretKey {
        if (key !is Handle) throw java.security.InvalidKeyException("no key of this Keystore")
        val entry = FakeKeystore.entries[key.alias] ?: throw java.security.InvalidKeyException("no such key")
        if (entry.invalidated) throw KeyPermanentlyInvalidatedException()
        if (entry.spec.isUserAuthenticationRequired && !FakeKeystore.authenticated) throw UserNotAuthenticatedException()
        if (entry.spec.isUnlockedDeviceRequired && Phone.keyguard.isDeviceLocked) throw java.security.InvalidKeyException("the device is locked")
        return entry.secret
    }

    override fun engineUpdateAAD(source: ByteArray, offset: Int, length: Int) = cipher.updateAAD(source, offset, length)
    override fun engineUpdate(input: ByteArray, offset: Int, length: Int): ByteArray = cipher.update(input, offset, length)
    override fun engineUpdate(input: ByteArray, offset: Int, length: Int, output: ByteArray, at: Int) = cipher.update(input, offset, length, output, at)
    override fun engineDoFinal(input: ByteArray?, offset: Int, length: Int): ByteArray =
        if (input == null) cipher.doFinal() else cipher.doFinal(input, offset, length)
    override fun engineDoFinal(input: ByteArray, offset: Int, length: Int, output: ByteArray, at: Int) = cipher.doFinal(input, offset, length, output, at)
    override fun engineGetIV(): ByteArray = cipher.iv
    override fun engineGetBlockSize() = cipher.blockSize
    override fun engineGetOutputSize(length: Int) = cipher.getOutputSize(length)
    override fun engineGetParameters(): AlgorithmParameters = cipher.parameters
    override fun engineInit(mode: Int, key: Key, parameters: AlgorithmParameters?, random: SecureRandom?) = throw UnsupportedOperationException()
    override fun engineSetMode(mode: String) = Unit
    override fun engineSetPadding(padding: String) = Unit
}
