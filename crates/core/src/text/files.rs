//! What is wrong with files.

pub const NO_DIGITS: &str = "This is not a file of packed digits: it does not begin with CVLD.";
pub const NO_FILE: &str = "There is no file to read.";
pub const SEVERAL_KINDS: &str = "The files are of several kinds; please choose those of one data set.";
pub const NO_PICTURE: &str = "There is no picture.";
pub const NONE: &str = "none";

sentences! {
    digits_too_short(bytes: usize) = "The digits file has {bytes} bytes, which is not even its header.";
    digits_version(version: u32, known: u32) = "The digits file has version {version}; this program reads version {known}.";
    no_digits_inside(count: usize, rows: usize, columns: usize) = "The digits file holds {count} images of {rows}x{columns}.";
    digits_do_not_fit(count: usize, rows: usize, columns: usize, bytes: usize) = "The digits file should hold {count} images of {rows}x{columns}, but its {bytes} bytes do not fit that.";
    digit_label(image: usize, label: u8) = "Image {image} of the digits file has label {label}; digits end at 9.";
    no_cifar(name: &str, bytes: usize, record: usize) = "{name} has {bytes} bytes, which are not whole records of {record} as CIFAR-10 has them.";
    cifar_label(image: usize, name: &str, label: u8) = "Image {image} of {name} has label {label}; CIFAR-10 ends at 9.";
    gzip_damaged(name: &str) = "{name} is damaged: it cannot be unpacked as gzip.";
    unpacks_to_too_much(name: &str, most: usize) = "{name} was refused: it unpacks to more than {most} MB.";
    no_idx(name: &str) = "{name} is no IDX file: it does not begin with two zero bytes, a type and a rank.";
    idx_type(name: &str, kind: u8) = "{name} holds numbers of the unknown IDX type 0x{kind:02x}.";
    idx_dimensions(name: &str, dimensions: u8, most: u8) = "{name} has {dimensions} dimensions; IDX images and labels have 1 to {most}.";
    idx_cut_off(name: &str, bytes: usize) = "{name} ends inside its header, after {bytes} bytes.";
    left_out(name: &str) = "{name} was left out: it is no image file that Convlab reads.";
    more_left_out(rest: usize) = "{rest} more files were left out.";
    too_much(name: &str, most: usize) = "With {name} the files come to more than {most} MB, which is the limit.";
    no_npy(name: &str) = "{name} is no NPY file: it does not begin as one.";
    npy_cut_off(name: &str) = "{name} ends inside its header.";
    npy_version(name: &str, major: u8) = "{name} is an NPY file of version {major}; Convlab reads 1 to 3.";
    npy_header(name: &str) = "{name} has a header that is not type, order and shape of an array.";
    npy_elements(name: &str, element: &str) = "{name} holds elements of type '{element}'; Convlab reads whole and floating numbers.";
    npy_dimensions(name: &str, dimensions: usize, most: usize) = "{name} has {dimensions} dimensions; images and labels have 1 to {most}.";
    picture_damaged(name: &str) = "{name} is damaged: it has no header of a PNG or JPEG picture.";
    picture_too_large(name: &str, width: u32, height: u32, most: u64) = "{name} says that it has {width}x{height} pixels; the limit is {most} million.";
    no_folder(name: &str) = "{name} lies in no folder; the folder's name is the class of its pictures.";
    several_sizes(w: u32, h: u32, width: u32, height: u32) = "The pictures have several sizes, {w}x{h} to {width}x{height}: the middle square of each is taken and resized.";
    sides(most: usize, side: usize) = "Images have 1 to {most} rows and columns, not {side}.";
    decoded_wrongly(name: &str, bytes: usize, width: u32, height: u32) = "{name} was decoded to {bytes} bytes, not to {width}x{height} pixels.";
    too_many_pictures(name: &str, most: usize) = "With {name} the pictures come to more than {most} MB, which is the limit.";
    too_many_folders(folders: usize, most: usize) = "The pictures lie in {folders} folders; the limit is {most} classes.";
    tar_cut_off(name: &str) = "{name} is damaged: it ends within a file.";
    single_number(name: &str) = "{name} holds a single number, no images and no labels.";
    no_number(name: &str, shape: &str) = "{name} holds no number: its shape is {shape}.";
    other_length(name: &str, shape: &str, bytes: usize, follow: usize) = "{name} says that it holds {shape} numbers, {bytes} bytes, but {follow} bytes follow.";
    tensor_too_large(name: &str, shape: &str, most: usize) = "{name} says that it holds {shape} numbers: more than the {most} MB that are the limit.";
    number_not_finite(at: usize, name: &str, number: f32, largest: f32) = "Number {at} of {name} is {number}; images need finite numbers, none beyond {largest:e}.";
    no_images(name: &str, shape: &str) = "{name} has the shape {shape}; images are [N, H, W], [N, C, H, W] or [N, H, W, C] with 1 or 3 channels.";
    images_too_large(name: &str, h: usize, w: usize, most: usize) = "The images of {name} are {h}x{w}; the largest that Convlab takes are {most}x{most}.";
    no_label(at: usize, name: &str, label: f32, last: usize) = "Label {at} of {name} is {label}; labels are whole numbers from 0 to {last}.";
    files_without_partner(images: &str, labels: &str) = "Every file of images needs its file of labels; images: {images}; labels: {labels}.";
    other_count(images: &str, wanted: usize, labels: &str, count: usize) = "{images} has {wanted} images, but {labels} has {count} labels.";
    other_size(name: &str) = "The images of {name} have another size than those before.";
    other_number(name: &str) = "{name} holds another type of number than the files before.";
    zip_damaged(name: &str) = "{name} is damaged: its table of contents cannot be read.";
    too_many_files(name: &str, count: usize, most: usize) = "{name} holds {count} files; the limit is {most}.";
    entry_damaged(entry: &str, name: &str) = "{entry} in {name} is damaged or packed in a way that Convlab does not read.";
    archive_inside(name: &str, inside: &str) = "{name} holds another archive, {inside}; please unpack it first.";
}
