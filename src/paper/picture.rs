//! A stranger's picture, drawn anew: what reaches a browser is pixels of ours, and nothing else that the file held.

use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Longest file that is looked at.
pub const MAX_BYTES: usize = 512 * 1024;
/// Widest and highest picture that is unpacked.
const MAX_SIDE: u32 = 2048;
/// Most memory that unpacking it may take.
const MAX_MEMORY: u64 = 32 * 1024 * 1024;
/// Widest and highest that is drawn.
const DRAWN: u32 = 320;

/// Why a picture is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Longer than [`MAX_BYTES`].
    #[error("longer than 512 KiB")]
    TooLong,
    /// Whatever the file is called, its content is something else.
    #[error("neither PNG nor JPEG")]
    Format,
    /// Broken, or more than 2048 pixels wide or high.
    #[error("broken, or larger than 2048 pixels")]
    Content,
}

/// The picture as a PNG of 320 pixels at most, from a PNG or JPEG.
///
/// # Errors
/// [`PictureError`].
pub fn redraw(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLong);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PictureError::Format);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut picture = reader.decode().map_err(|_| PictureError::Content)?;
    if picture.width().max(picture.height()) > DRAWN {
        picture = picture.thumbnail(DRAWN, DRAWN);
    }
    let mut drawn = Cursor::new(Vec::new());
    let written = picture.to_rgba8().write_to(&mut drawn, ImageFormat::Png);
    written.map_err(|_| PictureError::Content)?;
    Ok(drawn.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Rgb, RgbImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let red = RgbImage::from_pixel(width, height, Rgb([200, 0, 0]));
        DynamicImage::ImageRgb8(red).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let drawn = image::load_from_memory_with_format(bytes, ImageFormat::Png).unwrap();
        (drawn.width(), drawn.height())
    }

    #[test]
    fn png_and_jpeg_are_drawn_as_png_and_no_larger_than_is_shown() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            assert_eq!(size(&redraw(&picture(40, 20, format)).unwrap()), (40, 20));
            assert_eq!(size(&redraw(&picture(1280, 640, format)).unwrap()), (320, 160));
        }
    }

    #[test]
    fn what_a_file_holds_beside_the_picture_is_gone_46() {
        let mut bytes = picture(4, 4, ImageFormat::Png);
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let drawn = redraw(&bytes).unwrap();
        assert!(!drawn.windows(7).any(|part| part == b"<script"));
    }

    #[test]
    fn nothing_but_png_and_jpeg_is_looked_into_46() {
        for bytes in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"[..],
            b"GIF89a\x01\x00\x01\x00",
            b"RIFF\x24\x00\x00\x00WEBP",
            b"",
        ] {
            assert_eq!(redraw(bytes), Err(PictureError::Format));
        }
        assert_eq!(redraw(&vec![0; MAX_BYTES + 1]), Err(PictureError::TooLong));
    }

    #[test]
    fn a_picture_that_unpacks_into_too_much_or_is_broken_is_refused_46() {
        assert_eq!(redraw(&picture(2049, 1, ImageFormat::Png)), Err(PictureError::Content));
        let mut bomb = picture(1, 1, ImageFormat::Png);
        // Width and height stand after the signature, the chunk's length and its name.
        bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert_eq!(redraw(&bomb), Err(PictureError::Content));
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = picture(40, 20, format);
            assert_eq!(redraw(&whole[..20]), Err(PictureError::Content));
        }
    }
}
