package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// webBuilt builds the web client again. The files in the repository must be what comes out, because
// the program carries them.
func webBuilt(ctx context.Context, _ options) error {
	if err := npm(ctx, "run", "build", "-w", "app"); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", "web/dist").Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if changed := strings.TrimSpace(string(out)); changed != "" {
		return fmt.Errorf("web/dist is not what the sources build; run npm run build -w app in web/, with Node 20, and commit it:\n%s", changed)
	}
	return nil
}

// webBrowser runs the tests of the web client in a real Chromium, with the real server.
func webBrowser(ctx context.Context, _ options) error {
	return npm(ctx, "run", "browser", "-w", "app")
}

// npm runs one of its commands in web/, where `npm ci` ran before.
func npm(ctx context.Context, args ...string) error {
	name, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not here, which the web part needs: install Node 20 or later (Debian: apt-get install nodejs npm)")
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "web"
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("npm %s in web/: %w", strings.Join(args, " "), err)
	}
	return nil
}
