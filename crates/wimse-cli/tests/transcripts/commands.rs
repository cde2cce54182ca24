//! All subcommands, as the help tells them.

use std::process::Command;

/// Every command that has none below it, such as "key generate", without "help".
pub(crate) fn leaves() -> Vec<Vec<String>> {
    let leaves = below(&[]);
    assert!(leaves.len() > 10, "{leaves:?}");
    leaves
}

fn below(command: &[String]) -> Vec<Vec<String>> {
    let help = help(command, "--help");
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return vec![command.to_vec()] };
    let names =
        list.lines().map_while(|line| line.strip_prefix("  ")).filter_map(|line| line.split(' ').next());
    let names = names.filter(|name| *name != "help");
    names.flat_map(|name| below(&[command, &[name.to_owned()]].concat())).collect()
}

/// The help of a command, the long or the short one.
pub(crate) fn help(command: &[String], option: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_wimse")).args(command).arg(option).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}
