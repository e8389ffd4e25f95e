import Foundation
import UnmarkedCore
#if canImport(ImageIO)
import CoreGraphics
import ImageIO
#endif

/// What the platform's decoder draws of a photo that the core does not decode (HEIC and AVIF of odd
/// kinds, rare JPEGs).
struct PlatformPixels {
    /// Gives the pixels of a photo, or nil if it cannot draw it.
    typealias Decoder = @Sendable (Data) -> PlatformPixels?

    /// Pixels, before any turning.
    let width: UInt32
    /// Pixels, before any turning.
    let height: UInt32
    /// Bytes from the start of a row to the start of the next.
    let stride: UInt32
    /// The value of Exif, 1 to 8.
    let orientation: UInt8
    /// Red, green, blue and alpha (not premultiplied), 8 bits each, in sRGB. Whoever asked wipes it.
    let rgba: WipedBuffer

    /// The photo that the core makes of the pixels, which are wiped then. `photo` is the file that they
    /// were drawn from.
    func cleaned(of photo: Data, _ policy: CleaningPolicy) throws -> CleanPhoto {
        defer { rgba.wipe() }
        return try rgba.withData { rgba in
            try rebuildPixels(
                photo: photo, rgba: rgba, width: width, height: height, stride: stride,
                orientation: orientation, policy: policy
            )
        }
    }

    /// The most pixels that are drawn: 64 MiB of them, of the 120 MB that a share extension has in all.
    static let mostPixels = 16 << 20

    /// Draws by ImageIO; nothing where there is none.
    static let draw: Decoder = { photo in
        #if canImport(ImageIO)
        let options = [kCGImageSourceShouldCache: false] as CFDictionary
        guard let source = CGImageSourceCreateWithData(photo as CFData, options),
            let image = CGImageSourceCreateImageAtIndex(source, CGImageSourceGetPrimaryImageIndex(source), options),
            let sRGB = CGColorSpace(name: CGColorSpace.sRGB),
            image.width > 0, image.height > 0, image.width <= mostPixels / image.height
        else { return nil }
        let properties = CGImageSourceCopyPropertiesAtIndex(source, CGImageSourceGetPrimaryImageIndex(source), options)
        let orientation = (properties as? [CFString: Any])?[kCGImagePropertyOrientation] as? UInt8 ?? 1

        let stride = image.width * 4
        let rgba = WipedBuffer(capacity: stride * image.height)
        guard let start = rgba.free.baseAddress, let context = CGContext(
            data: start, width: image.width, height: image.height, bitsPerComponent: 8, bytesPerRow: stride,
            space: sRGB, bitmapInfo: CGImageAlphaInfo.premultipliedLast.rawValue
        ) else { return nil }
        context.setBlendMode(.copy)
        context.draw(image, in: CGRect(x: 0, y: 0, width: image.width, height: image.height))
        rgba.used(stride * image.height)
        rgba.unpremultiply()
        return PlatformPixels(
            width: UInt32(image.width), height: UInt32(image.height), stride: UInt32(stride),
            orientation: orientation, rgba: rgba
        )
        #else
        return nil
        #endif
    }
}
