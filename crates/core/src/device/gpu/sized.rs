//! Shaders whose operands have their sizes in their types.

/// `wgsl` with the length of each operand, `lens[i]` numbers at binding i of group 0, in its array's type.
///
/// Browsers keep every access inside its array. Beside a length that is a constant this is one comparison; of
/// an array without one they ask the length each time, which costs as much as the access.
pub(super) fn sized(wgsl: &str, lens: &[usize]) -> String {
    let next = wgsl.split_once("const NEXT = ").map_or(0, |(_, rest)| number(rest));
    let mut pieces = wgsl.split("@group(0) @binding(");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (binding, declaration) = piece.split_once(')').unwrap_or_default();
        let at: usize =
            binding.split(" + ").map(|term| if term == "NEXT" { next } else { number(term) }).sum();
        let declaration = declaration.replacen("array<f32>", &format!("array<f32, {}>", lens[at]), 1);
        text += &format!("@group(0) @binding({binding}){declaration}");
    }
    text
}

/// The number that a text begins with.
fn number(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).fold(0, |sum, digit| 10 * sum + usize::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operand_has_the_length_of_its_binding() {
        let wgsl = "const NEXT = 1u;
@group(0) @binding(NEXT + 1u) var<storage, read_write> y: array<f32>;
@group(0) @binding(NEXT) var<storage, read> b: array<f32>;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(1) @binding(1) var<storage, read> data: array<u32>;
var<private> other: array<f32, 4>;";
        let sized = sized(wgsl, &[10, 200, 3]);
        let (head, rest) = sized.split_once("y: array<f32, 3>;\n").unwrap();
        assert_eq!(head, "const NEXT = 1u;\n@group(0) @binding(NEXT + 1u) var<storage, read_write> ");
        let (b, rest) = rest.split_once("b: array<f32, 200>;\n").unwrap();
        assert_eq!(b, "@group(0) @binding(NEXT) var<storage, read> ");
        assert!(rest.starts_with("@group(0) @binding(0) var<storage, read> a: array<f32, 10>;\n@group(1) "));
        assert!(rest.ends_with("data: array<u32>;\nvar<private> other: array<f32, 4>;"));
    }
}
