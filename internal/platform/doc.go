// Package platform holds what operating systems do differently: locks on files, making
// files durable and private, the limit of open files, and what an error means. Each
// function has one meaning everywhere; where a system can do less than Linux, the
// comment of its version there says what is missing.
package platform
