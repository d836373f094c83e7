package main

import "os/exec"

// asNobody changes nothing: on Windows nobody is root.
func asNobody(*exec.Cmd) {}
