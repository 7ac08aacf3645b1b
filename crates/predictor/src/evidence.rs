//! What tells whether a suggestion by rule is right, in numbers that trees ask for.

/// What stands for a number that says nothing.
pub(crate) const ABSENT: f32 = -1.0;

/// Numbers by name; [`ABSENT`] where one says nothing.
macro_rules! evidence {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct Evidence {
            $($(#[$doc])* pub(super) $name: f32,)*
        }

        impl Evidence {
            /// What the numbers are called, in the order in which the trees know them.
            pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

            /// Nothing is known.
            pub(super) const fn absent() -> Self {
                Self { $($name: $crate::evidence::ABSENT,)* }
            }

            /// The numbers, as [`NAMES`](Self::NAMES) names them.
            pub(crate) fn numbers(&self) -> [f32; Self::NAMES.len()] {
                [$(self.$name),*]
            }

            /// Takes over what the other one says.
            #[allow(dead_code, reason = "not all evidence is about several places in common")]
            pub(super) fn take_common(&mut self, common: &Self) {
                $(if common.$name != $crate::evidence::ABSENT { self.$name = common.$name; })*
            }
        }
    };
}

pub(crate) use evidence;
