//! Tests of planning and of the wire form.
