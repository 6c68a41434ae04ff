//! toml-crate FILE: reads a TOML file and prints how many `structs` it has.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: toml-crate FILE")?;
    let table: toml::Table = std::fs::read_to_string(path)?.parse()?;
    println!("{}", table["structs"].as_array().map_or(0, Vec::len));
    Ok(())
}
