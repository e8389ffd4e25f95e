#if canImport(Security)
import Foundation
import Security

/// The keychain of this device: given out only while it is unlocked, never to another device, neither
/// by backup nor by iCloud.
struct Keychain: SecretStore {
    /// Tells these secrets from others of the app.
    let service: String

    func read(_ account: String) throws -> Data? {
        var query = item(account)
        query[kSecReturnData] = true
        query[kSecMatchLimit] = kSecMatchLimitOne
        var found: CFTypeRef?
        switch SecItemCopyMatching(query as CFDictionary, &found) {
        case errSecSuccess: return found as? Data
        case errSecItemNotFound: return nil
        case let status: throw Self.problem(status)
        }
    }

    func write(_ account: String, _ secret: Data) throws {
        let values: [CFString: Any] = [
            kSecValueData: secret, kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
        ]
        switch SecItemUpdate(item(account) as CFDictionary, values as CFDictionary) {
        case errSecSuccess: return
        case errSecItemNotFound: break
        case let status: throw Self.problem(status)
        }
        let new = item(account).merging(values) { $1 }
        let status = SecItemAdd(new as CFDictionary, nil)
        guard status == errSecSuccess else { throw Self.problem(status) }
    }

    func remove(_ account: String) throws {
        let status = SecItemDelete(item(account) as CFDictionary)
        guard status == errSecSuccess || status == errSecItemNotFound else { throw Self.problem(status) }
    }

    private func item(_ account: String) -> [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword,
            kSecAttrService: service,
            kSecAttrAccount: account,
            kSecAttrSynchronizable: false,
            // on macOS too, the keychain that knows device-only items
            kSecUseDataProtectionKeychain: true,
        ]
    }

    private static func problem(_ status: OSStatus) -> VaultProblem {
        VaultProblem(status == errSecInteractionNotAllowed ? .deviceLocked : .keychain)
    }
}
#endif
