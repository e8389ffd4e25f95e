import Foundation

/// Memory that holds a photo and is overwritten with zeros when it goes.
///
/// `Data` cannot promise that: it is copied on write, it may be shared with whoever made it, and its
/// memory is freed as it is. So a file is read into one of these, and the core reads it where it
/// stands; no `Data` of its own is made of it.
final class WipedBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    /// How many of its bytes are used.
    private(set) var count = 0

    /// Room for `capacity` bytes, at least one.
    init(capacity: Int) {
        memory = .allocate(byteCount: max(capacity, 1), alignment: MemoryLayout<UInt64>.alignment)
    }

    deinit {
        wipe()
        memory.deallocate()
    }

    /// The part that is not used yet, to read into. `used(_:)` says how much was.
    var free: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...])
    }

    /// Counts `bytes` more as used.
    func used(_ bytes: Int) {
        precondition(bytes >= 0 && bytes <= memory.count - count)
        count += bytes
    }

    /// The used bytes as `Data` that stands on this memory: it must not outlive `body`.
    func withData<Value>(_ body: (Data) throws -> Value) rethrows -> Value {
        guard count > 0, let start = memory.baseAddress else { return try body(Data()) }
        return try withExtendedLifetime(self) {
            try body(Data(bytesNoCopy: start, count: count, deallocator: .none))
        }
    }

    /// Takes the used bytes for pixels of red, green, blue and alpha, and undoes that the colours were
    /// multiplied by alpha, to the nearest level.
    func unpremultiply() {
        for pixel in stride(from: 0, to: count - 3, by: 4) {
            let alpha = Int(memory[pixel + 3])
            guard alpha != 255 else { continue }
            for colour in pixel..<(pixel + 3) {
                let level = alpha == 0 ? 0 : (Int(memory[colour]) * 255 + alpha / 2) / alpha
                memory[colour] = UInt8(min(level, 255))
            }
        }
    }

    /// Overwrites all of it with zeros, in a way that the compiler does not leave out.
    func wipe() {
        guard let start = memory.baseAddress else { return }
        #if canImport(Darwin)
        _ = memset_s(start, memory.count, 0, memory.count)
        #else
        explicit_bzero(start, memory.count)
        #endif
        count = 0
    }
}
