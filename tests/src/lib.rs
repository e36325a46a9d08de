//! What whole-flow tests share: the processes they start and how they end them.
