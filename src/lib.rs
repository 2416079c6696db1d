//! Sign a Microsoft Entra user out everywhere.
