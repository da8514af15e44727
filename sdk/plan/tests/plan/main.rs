//! Planning seen from outside: configuration and state in, text out.

mod check_plan;
mod check_result;
mod correlation;
mod generate;
mod hook;
mod linear;
mod machine;
mod meaning;
mod merge;
mod properties;
mod render;
mod replace;
mod schema_problems;
mod settle;
mod validate;
mod world;
