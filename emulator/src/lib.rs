//! A small Microsoft Entra tenant for demonstrations and tests.
